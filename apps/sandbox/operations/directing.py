"""
What a platform asks of its simulated bank: by a scenario file for many payments, or about one payment.

Only the bank is told. What becomes of the payout follows from its files, answers and statements, as always.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Sum

from apps.core.errors import Conflict
from apps.core.permissions import require_permission
from apps.events.operations import Fact, record
from apps.payouts.models import Payout
from apps.payouts.states import State
from apps.rails.models import BankAccount
from apps.sandbox import banking_days, checks
from apps.sandbox.books import bank_bic, lock_book, message_id, send_file
from apps.sandbox.messages.pain002 import Answer, BlockAnswer, Reason, TransferAnswer, write_answer
from apps.sandbox.models import Direction, InstantMovement, Order, PostedScenarios
from apps.sandbox.operations.banking import advance_clock, sandbox_account
from apps.sandbox.outcomes import OUTCOMES, Wanted
from apps.sandbox.representation import represent_scenarios
from apps.sandbox.scenarios import BOOK_LATE, LOSE, REFUSE, REFUSE_AND_PAY, RETURN, RETURN_UNNAMED, Scenario

_INSTANT_SECONDS = 60


class CannotDirect(Conflict):
    """The bank does what it would have done."""

    code = "cannot-direct-bank"
    codes = {
        "shared-bank": (
            "The platform has no bank account of its own, and others would feel what it asks of a shared one.",
            "Open a platform with POST /sandbox/platforms, and use its key.",
        ),
        "outcome-not-on-this-rail": (
            "The payout's rail has no such outcome.",
            "The table of outcomes says which rails have which.",
        ),
        "bank-has-paid": ("The bank has paid it: that is not undone.", "Ask for a return, or make another payout."),
        "bank-has-refused": ("The bank has refused it: that is not undone.", "Make another payout."),
        "payout-has-ended": ("The payout has ended before it reached the bank.", "Make another payout."),
    }
    title = "The bank cannot do this"


@dataclass(frozen=True)
class Advance:
    """What was asked of the bank, how far it had the payment then, and its account with the clock as it is now."""

    payout: Payout
    outcome: str
    at_bank: str
    bank_account: BankAccount


@transaction.atomic
def post_scenarios(partner, content: dict, *, by) -> PostedScenarios:
    """
    Have the bank of a sandbox platform behave by a scenario file, for what reaches it from now on; the file before is over.

    `content` is a checked `shapes.SCENARIO`.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if the partner is no sandbox platform.
    :raises CannotDirect: if it has no bank account of its own.
    """
    require_permission(by, "sandbox.control")
    account = sandbox_account(partner)
    _require_own(account, partner.pk)
    book = lock_book(account.pk)
    last = book.scenarios.order_by("-number").first()
    posted = PostedScenarios.objects.create(book=book, number=last.number + 1 if last else 1, content=content)
    record("sandbox.scenarios_posted", [Fact(posted.public_id, None, represent_scenarios(posted))], by=by)
    return posted


@transaction.atomic
def advance_payout(payout_id, outcome: str, *, by, reason: str | None = None, banking_days: int | None = None):
    """
    Ask the bank for an outcome of one payout, and let time pass to the next step of it; return an `Advance`.

    The next step of a payout that waits for its cut-off is the cut-off; of one that is with the bank, the end of the
    bank's open day; of an instant payment, a minute. Asked again, the same goes one step further.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if there is no such payout of a sandbox account.
    :raises CannotDirect: if it is too late for this, or the payout's rail has no such outcome.
    """
    require_permission(by, "sandbox.control")
    [payout] = Payout.objects.filter(bank_account__mode="sandbox").lock([payout_id])
    _require_own(payout.bank_account, payout.partner_id)
    if payout.rail not in OUTCOMES[outcome].rails:
        raise CannotDirect(f"{payout.rail} has no outcome {outcome}.", code="outcome-not-on-this-rail")
    if payout.status in (State.REJECTED, State.CANCELLED, State.EXPIRED):
        raise CannotDirect(f"It is {payout.status}: it never reaches the bank.", code="payout-has-ended")
    book = lock_book(payout.bank_account_id)
    wanted = Wanted(outcome, reason or "", banking_days)
    if payout.rail == "sepa_instant":
        at_bank = _direct_instant(book, payout, wanted)
    else:
        at_bank = _direct_order(book, payout, wanted)
    direction, _ = Direction.objects.update_or_create(
        book=book,
        end_to_end_id=payout.end_to_end_id,
        defaults={"outcome": outcome, "reason": wanted.reason, "banking_days": banking_days},
    )
    data = {"payout": payout.public_id, "outcome": outcome, "reason": wanted.reason, "banking_days": banking_days}
    record("sandbox.payout_directed", [Fact(direction.public_id, None, data | {"at_bank": at_bank})], by=by)
    account = _pass_time(book, payout, at_bank, wanted, by)
    return Advance(payout, outcome, at_bank, account)


def _require_own(account, partner_id) -> None:
    if account.partner_id != partner_id:
        detail = "Your platform shares its bank with others. Open a platform with POST /sandbox/platforms."
        raise CannotDirect(detail, code="shared-bank")


def _direct_instant(book, payout, wanted: Wanted) -> str:
    """Return how far the bank has the payment; what it has done stays done, except for what it answers to a recall."""
    moved = InstantMovement.objects.filter(book=book, end_to_end_id=payout.end_to_end_id).exists()
    if not moved and payout.status not in (State.SENT, State.PAID, State.RETURNED):
        return "refused" if payout.status == State.FAILED else "not_there"
    if not wanted.outcome.startswith("recall_") and wanted.outcome != "paid":
        raise CannotDirect("The bank has paid it. A recall can bring the money back.", code="bank-has-paid")
    return "paid"


def _direct_order(book, payout, wanted: Wanted) -> str:
    """Change what the bank does with an order it has; return how far it has it."""
    order = Order.objects.filter(book=book, end_to_end_id=payout.end_to_end_id).order_by("pk").last()
    if order is None:
        return "not_there"
    scenario = wanted.in_file()
    is_told = order.debit_id is not None and order.debit.booked_on < book.open_day
    if not order.refusal and not is_told and order.credit_id is None:
        _take_back_debit(order)
        _decide_again(book, order, scenario)
        return "accepted"
    if order.refusal:
        if scenario.effect not in (REFUSE, REFUSE_AND_PAY):
            raise CannotDirect("The bank has refused it.", code="bank-has-refused")
        return "refused"
    if scenario.effect in (RETURN, RETURN_UNNAMED):
        if order.credit_id is None:
            _return(order, book.open_day, scenario)
    elif wanted.outcome != "paid":
        raise CannotDirect("The bank has paid it; it can only come back.", code="bank-has-paid")
    return "paid"


def _take_back_debit(order: Order) -> None:
    """Take an order out of a line of the open day, of which no statement has told yet."""
    line, order.debit = order.debit, None
    if line is None:
        return
    order.save()
    others = line.orders.aggregate(total=Sum("amount"), payments=Count("pk"))
    if not others["payments"]:
        line.delete()
        return
    line.amount, line.text = others["total"], f"SEPA credit transfer, {others['payments']} payments"
    line.save()


def _decide_again(book, order: Order, scenario: Scenario) -> None:
    """Let the bank do with an accepted order what it would have done with a new one; a refusal is told by another pain.002."""
    now = book.bank_account.business_now()
    order.scenario, order.singly = scenario.code, order.singly or bool(scenario.effect)
    order.pay_on = max(order.pay_on or book.open_day, book.open_day)
    order.return_on, order.return_reason, order.return_unnamed = None, "", False
    if scenario.effect in (REFUSE, REFUSE_AND_PAY):
        order.refusal = scenario.reason
        order.is_paid_though_refused = scenario.effect == REFUSE_AND_PAY
        _refuse_late(book, order, now, scenario.banking_days)
    if scenario.effect in (REFUSE, LOSE):
        order.pay_on = None
    elif scenario.effect == BOOK_LATE:
        order.pay_on = banking_days.after(order.pay_on, scenario.banking_days)
    if scenario.effect in (RETURN, RETURN_UNNAMED):
        _return(order, order.pay_on, scenario)
    order.save()
    book.save()


def _return(order: Order, day, scenario: Scenario) -> None:
    order.return_on = banking_days.after(day, scenario.banking_days)
    order.return_reason, order.return_unnamed = scenario.reason, scenario.effect == RETURN_UNNAMED
    order.save()


def _refuse_late(book, order: Order, now, days: int) -> None:
    """Answer the order's file once more: all that was said before, and that this payment is refused."""
    received, blocks = order.file, {}
    for one in received.orders.order_by("position"):
        refusal = order.refusal if one.pk == order.pk else one.refusal
        reason = Reason(refusal, checks.words(refusal)) if refusal else None
        said = TransferAnswer(one.instruction_id, one.end_to_end_id, one.amount, reason)
        blocks.setdefault(one.payment_information_id, []).append(said)
    answer = Answer(
        message_id=message_id(book),
        created_at=now,
        bank_bic=bank_bic(book.bank_account),
        original_message_id=received.message_id,
        original_name=book.bank_account.pain_version,
        blocks=[BlockAnswer(name, transfers) for name, transfers in blocks.items()],
    )
    due_at = banking_days.morning(banking_days.after(banking_days.local_day(now), days)) if days else now
    send_file(book, answer.name, order.end_to_end_id, write_answer(answer), due_at=due_at)


def _pass_time(book, payout, at_bank: str, wanted: Wanted, by) -> BankAccount:
    """Move the clock to the next step of the payout, if time is what it waits for."""
    now = book.bank_account.business_now()
    to = _next_step(book, payout, at_bank, wanted, now)
    if to is None or to <= now:
        return book.bank_account
    return advance_clock(book.pk, to=to, by=by)


def _next_step(book, payout, at_bank: str, wanted: Wanted, now) -> datetime | None:
    if at_bank != "not_there":
        if payout.rail == "sepa_instant":
            return now + timedelta(seconds=_INSTANT_SECONDS)
        return banking_days.morning(banking_days.after(book.open_day, 1))
    if payout.status == State.SCHEDULED:
        return payout.cut_off_at
    if payout.status in (State.SUBMITTING, State.IN_DOUBT):
        return now + timedelta(seconds=_INSTANT_SECONDS)
    return None
