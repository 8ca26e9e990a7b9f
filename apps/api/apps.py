from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "apps.api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["api_idempotencykey"]
