from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "apps.recipients"
    verbose_name = "Recipients"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["recipients_recipientversion", "recipients_payoutmethodversion", "recipients_reveal"]

    def ready(self):
        from apps.approvals.kinds import register
        from apps.recipients.cooling import COOLING_OFF

        register(COOLING_OFF)
