from django.apps import AppConfig


class RailsConfig(AppConfig):
    name = "apps.rails"
    verbose_name = "Rails and bank accounts"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["rails_reportitem"]

    def ready(self):
        from apps.approvals.kinds import register
        from apps.rails.terms import SETTINGS

        for kind in SETTINGS:
            register(kind)
