"""Closing a day: nothing is left to explain, and ledger and bank say the same."""

from django.db import transaction

from apps.core.errors import Fault, NotFound
from apps.core.money import format_amount
from apps.core.permissions import author_of, require_permission
from apps.events import operations as events
from apps.rails.models import BankAccount
from apps.reconciliation.balances import stated_balance
from apps.reconciliation.errors import CannotCloseDay
from apps.reconciliation.models import DayClose, Proposal, Statement, StatementLine
from apps.reconciliation.operations.matching import lock_bank_account

MOST_FAULTS = 100
"""So many reasons of one kind are named."""


@transaction.atomic
def close_day(bank_account_id, day, *, by) -> DayClose:
    """
    Close a day of a bank account, and with it every day before; nothing is imported into closed days any more.

    :raises PermissionDenied: if `by` may not close days.
    :raises NotFound: if there is no such bank account.
    :raises CannotCloseDay: naming every reason: no statement of the day, lines that nobody has identified, a balance
        of the ledger that is not the statement's.
    """
    require_permission(by, "reconciliation.close_day")
    if not BankAccount.objects.filter(pk=bank_account_id).exists():
        raise NotFound("There is no such bank account.")
    bank_account = lock_bank_account(bank_account_id)
    faults = close_faults(bank_account, day)
    if faults:
        raise CannotCloseDay(f"{day} cannot be closed yet.", errors=faults)

    return record_close(bank_account, day, by=by)


def record_close(bank_account, day, *, by, remainder=None) -> DayClose:
    """Record that a day of a locked bank account is closed; `remainder` says what two people have signed for."""
    statement = last_statement(bank_account, day)
    closed = DayClose.objects.create(
        bank_account=bank_account,
        day=day,
        statement=statement,
        balance=statement.closing,
        currency=statement.currency,
        lines_count=StatementLine.objects.filter(statement__in=_statements_of(bank_account, day)).count(),
        closed_by=author_of(by),
    )
    data = {
        "bank_account": bank_account.public_id,
        "day": day.isoformat(),
        "balance": format_amount(closed.balance, closed.currency),
        "currency": closed.currency,
        "statement": statement.public_id,
        "lines": closed.lines_count,
    } | (remainder or {})
    events.record("day.closed", [events.Fact(bank_account.public_id, None, data)], by=by)
    return closed


def close_faults(bank_account, day) -> list[Fault]:
    """Return every reason why the day cannot be closed now; none if it can."""
    if DayClose.objects.filter(bank_account=bank_account, day__gte=day).exists():
        return [Fault("/day", "day-closed", f"{day} is closed already.")]
    faults = []
    if not _statements_of(bank_account, day).exists():
        faults.append(Fault("/day", "statement-missing", f"No statement that closes {day} has been imported."))
    lines = StatementLine.objects.filter(bank_account=bank_account, booked_on__lte=day)
    for line in lines.open().filter(remainder=None).order_by("booked_on", "position")[:MOST_FAULTS]:
        what = "credit" if line.sign == "CRDT" else "debit"
        detail = f"{line.public_id}: a {what} of {line.amount_text} of {line.booked_on} is not matched."
        faults.append(Fault(f"/lines/{line.public_id}", "line-not-matched", detail))
    for line in lines.filter(statement=None, status=StatementLine.Status.BOOKED)[:MOST_FAULTS]:
        detail = f"{line.public_id}: a notification told of {line.amount_text}, and no statement lists it."
        faults.append(Fault(f"/lines/{line.public_id}", "line-not-on-statement", detail))
    waiting = Proposal.objects.open().filter(line__in=lines).exclude(undoes=None).select_related("line")
    for proposal in waiting[:MOST_FAULTS]:
        detail = f"{proposal.line.public_id}: a proposal to undo its match waits for a second person."
        faults.append(Fault(f"/lines/{proposal.line.public_id}", "undo-proposed", detail))
    return [*faults, *_ledger_faults(bank_account)]


def last_statement(bank_account, day=None) -> Statement | None:
    """Return the last statement in the account's chain, or the last that closes the day."""
    chain = Statement.objects.filter(bank_account=bank_account, kind=Statement.STATEMENT)
    return (chain.filter(closes_on=day) if day else chain).order_by("-number").first()


def _ledger_faults(bank_account):
    """Compare the ledger with the end of the chain: every statement before it opens where another closed."""
    last = last_statement(bank_account)
    if last is None:
        return
    ledger = stated_balance(bank_account)
    if ledger != last.closing:
        shown = [format_amount(amount, last.currency) for amount in (ledger, last.closing)]
        yield Fault("/balance", "balance-differs", f"The ledger has {shown[0]}, the statement {shown[1]}.")


def _statements_of(bank_account, day):
    return Statement.objects.filter(bank_account=bank_account, kind=Statement.STATEMENT, closes_on=day)
