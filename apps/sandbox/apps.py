from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "apps.sandbox"
    verbose_name = "Sandbox bank"
    default_auto_field = "django.db.models.BigAutoField"
