from django.apps import AppConfig


class RecipientsConfig(AppConfig):
    name = "apps.recipients"
    verbose_name = "Recipients"
    default_auto_field = "django.db.models.BigAutoField"
    append_only = ["recipients_recipientversion", "recipients_payoutmethodversion", "recipients_reveal"]
