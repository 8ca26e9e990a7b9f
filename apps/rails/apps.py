from django.apps import AppConfig


class RailsConfig(AppConfig):
    name = "apps.rails"
    verbose_name = "Rails and bank accounts"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["rails_reportitem"]
