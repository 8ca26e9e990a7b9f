from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "apps.payouts"
    verbose_name = "Payouts"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["payouts_railcall"]
    read_only = ["payouts_stateedge"]

    def ready(self):
        from dataclasses import replace

        from apps.approvals.kinds import register
        from apps.payouts.duplicates import DUPLICATES
        from apps.payouts.fee_preview import preview
        from apps.payouts.limits import PLATFORM_LIMITS
        from apps.pricing.schedules import FEES

        register(PLATFORM_LIMITS)
        register(DUPLICATES)
        # Only here is known what was paid lately.
        register(replace(FEES, preview=preview, preview_template="admin/settings/fee_preview.html"))
