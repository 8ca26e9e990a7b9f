"""What the ledger says is on a bank account, and what of it the bank has only told and not yet stated."""

from django.db.models import Case, F, Sum, When

from apps.ledger.models import Account
from apps.reconciliation.models import StatementLine


def ledger_balance(bank_account) -> int:
    """Return what the ledger says is on the bank account."""
    accounts = Account.objects.filter(kind="bank", holder=bank_account.public_id, currency=bank_account.currency)
    account = accounts.first()
    return account.available if account else 0


def notified_balance(bank_account) -> int:
    """Return the sum of booked lines that notifications have told of and no statement lists yet."""
    signed = Case(When(sign=StatementLine.CREDIT, then=F("amount")), default=-F("amount"))
    rows = StatementLine.objects.filter(bank_account=bank_account, statement=None, status=StatementLine.Status.BOOKED)
    return int(rows.aggregate(sum=Sum(signed, default=0))["sum"])


def stated_balance(bank_account) -> int:
    """Return what the ledger says without lines that no statement lists yet: what the last statement closed with."""
    return ledger_balance(bank_account) - notified_balance(bank_account)
