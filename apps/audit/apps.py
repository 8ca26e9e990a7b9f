from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = "Audit"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["audit_invariantrun", "audit_epoch"]
