from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "apps.compliance"
    verbose_name = "Compliance"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["compliance_watchlistentry", "compliance_watchlistname", "compliance_reviewnote"]
