from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"
    read_only = ("ledger_account", "ledger_journal", "ledger_transfer", "ledger_entry")
