from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "apps.approvals"
    verbose_name = "Approvals"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ("approvals_decision", "approvals_voiddecision")

    def ready(self):
        from apps.approvals.kinds import register
        from apps.approvals.policies import APPROVAL_POLICY

        register(APPROVAL_POLICY)
