from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "apps.events"
    verbose_name = "Events and webhooks"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["events_event", "events_deliveryattempt"]
