from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "apps.pricing"
    verbose_name = "Fees"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["pricing_quote"]

    def ready(self):
        from apps.approvals.kinds import register
        from apps.pricing.schedules import FEES

        register(FEES)
