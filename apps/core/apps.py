import gc

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "Core"
    default_auto_field = "django.db.models.BigAutoField"
    read_only = ["core_tablechange"]

    def ready(self):
        # A set of a thousand payouts is tens of thousands of objects that live until the commit; looking through them
        # for garbage every 700 new ones costs a fifth of the time and finds none.
        gc.set_threshold(50_000, 20, 50)
        from apps.core import queue  # noqa: F401 (registers its system check)
