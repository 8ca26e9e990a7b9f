from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "apps.payouts"
    verbose_name = "Payouts"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["payouts_railcall"]
    read_only = ["payouts_stateedge"]

    def ready(self):
        from apps.approvals.kinds import register
        from apps.payouts.limits import PLATFORM_LIMITS

        register(PLATFORM_LIMITS)
