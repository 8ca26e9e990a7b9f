from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "apps.reconciliation"
    verbose_name = "Reconciliation"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = (
        "reconciliation_statement",
        "reconciliation_dayclose",
        "reconciliation_remainder",
        "reconciliation_share",
    )

    def ready(self):
        from apps.approvals.kinds import register
        from apps.reconciliation.write_offs import WRITE_OFF_LIMIT

        register(WRITE_OFF_LIMIT)
