"""What two people may say of an attempt in doubt, and what follows."""

from datetime import timedelta

from apps.core.database import database_now
from apps.core.errors import Fault
from apps.core.ids import encode
from apps.payouts.evidence import Refusal
from apps.payouts.models import Attempt, Payout, Resolution
from apps.payouts.models.attempt import NOTHING_LEFT
from apps.payouts.operations.submit import refuse
from apps.payouts.states import State
from apps.rails.models.bank_account import clock_moves
from apps.rails.registry import RAILS
from apps.reconciliation.models import LinePart, Statement, StatementLine


def what_must_be_read(attempt) -> str:
    """Return why statements do not yet tell whether the bank has paid an attempt, or an empty text if they do."""
    return what_must_be_read_of([attempt])[attempt.pk]


def what_must_be_read_of(attempts) -> dict:
    """
    Return per attempt, by id, why statements do not yet tell whether the bank has paid it, or an empty text if they do.

    Three queries serve any number of attempts.
    """
    accounts = {attempt.bank_account_id: attempt.bank_account for attempt in attempts}
    first = {attempt.pk: attempt.first_sent_at or attempt.created_at for attempt in attempts}
    moves = clock_moves(accounts.values(), min(first.values(), default=None))
    stated = Statement.objects.filter(bank_account__in=accounts, kind=Statement.STATEMENT)
    stated = stated.order_by("bank_account_id", "-number").distinct("bank_account_id")
    last = {statement.bank_account_id: statement.closes_on for statement in stated}
    unidentified = _unidentified(accounts, min((attempt.amount for attempt in attempts), default=0))
    missing = {}
    for attempt in attempts:
        account = attempt.bank_account
        begins, ends = (account.business_day_of(at, moves) for at in (first[attempt.pk], _last_chance(attempt)))
        if account.pk not in last or last[account.pk] < ends:
            missing[attempt.pk] = f"A statement that closes on {ends} or later must be imported first."
        else:
            missing[attempt.pk] = _may_be_in(unidentified.get(account.pk, ()), attempt, begins)
    return missing


def _unidentified(accounts, least) -> dict:
    """
    Return the parts of debits that nobody has identified, of this amount or more, the smallest first.

    They are (amount, day of the booking, id of the line) per bank account.
    """
    parts = LinePart.objects.filter(is_open=True, amount__gte=least)
    parts = parts.filter(line__bank_account__in=accounts, line__sign="DBIT").order_by("amount", "pk")
    found = {}
    for account, *part in parts.values_list("line__bank_account", "amount", "line__booked_on", "line"):
        found.setdefault(account, []).append(part)
    return found


def _may_be_in(parts, attempt, begins) -> str:
    """Return which of the debits may be this payment, or may hold it beside others; an empty text if none can."""
    for amount, booked_on, line in parts:
        if amount == attempt.amount:
            return f"The line {_name(line)} has this amount and may be this payment: match it first."
        if amount > attempt.amount and booked_on >= begins:
            return f"The line {_name(line)} is larger, and this payment may be in it: match or split it first."
    return ""


def _name(line_id) -> str:
    return encode(StatementLine.id_prefix, line_id)


def _last_chance(attempt):
    """Return the moment after which the bank cannot execute an attempt any more, by the database's clock."""
    if attempt.sent_before is None:
        return attempt.status_at
    protocol = RAILS[attempt.rail].protocol(attempt.bank_account)
    return attempt.sent_before + timedelta(seconds=protocol.longest_processing_seconds)


def faults(payout, attempt, verdict):
    """Yield why the doubt cannot end with this verdict now."""
    if payout.status != State.IN_DOUBT or attempt.status != Attempt.Status.IN_DOUBT:
        yield Fault("", "not-in-doubt", f"{payout.public_id} is {payout.status}; only a doubt is resolved.")
        return
    now = database_now()
    if attempt.lease_until and attempt.lease_until > now:
        yield Fault("", "bank-is-asked", "The bank is being asked at this moment.")
    if attempt.next_step == Attempt.Step.SEND:
        yield Fault("", "is-sent-again", "It is about to be sent again; nothing is in doubt before that is done.")
    if verdict not in Resolution.OF_DOUBT:
        yield Fault("/verdict", "unknown-verdict", "The bank paid it, or it did not.")
    if verdict == Resolution.Verdict.NOT_PAID:
        rail = RAILS[attempt.rail]
        if rail.family == "call":
            seconds = rail.protocol(attempt.bank_account).longest_processing_seconds
            if attempt.sent_before and now < _last_chance(attempt):
                yield Fault("/verdict", "too-early", f"The bank may still pay it until {seconds} seconds have passed.")
        if must := what_must_be_read(attempt):
            yield Fault("/verdict", "statement-first", must)


def end(payout, attempt, verdict, at) -> None:
    """Let a locked payout go on as two people have established it."""
    if verdict == Resolution.Verdict.NOT_PAID:
        let_fail(payout, attempt, Refusal("not_paid", "The bank did not pay it, as two people have established."))
        return
    _nothing_left(attempt)
    payout.tracking = "resolved"
    payout.send()
    attempt.status, attempt.status_at = Attempt.Status.ACCEPTED, at
    Payout.objects.save_states([payout])
    attempt.save()


def let_fail(payout, attempt, refusal) -> None:
    """End a locked payout with its locked attempt as refused, whatever was still to be asked of its bank."""
    _nothing_left(attempt)
    attempt.save()
    refuse([(payout, attempt, refusal)])


def _nothing_left(attempt):
    for name, value in NOTHING_LEFT.items():
        setattr(attempt, name, value)
