"""What must be true of a schedule at rest: the portal against the bank's own log, to the minor unit."""

from collections import Counter, defaultdict

from django.db import transaction

from apps.audit.invariants import violations
from apps.compliance.models import Screening
from apps.core.statements import ask, joined_rows, rows_where
from apps.ledger.queries import balances
from apps.payouts.models import Attempt, Payout
from apps.payouts.states import FINAL, State
from apps.rails.models import PaymentFile, StatusReport
from apps.reconciliation.models import StatementLine
from apps.sandbox.books import lock_book
from apps.sandbox.day import balance
from apps.sandbox.models import Order, ReceivedFile
from tests.simulator import truth_of_calls

WHILE_UNSENT = {State.REJECTED, State.CANCELLED, State.EXPIRED}

_NAMES_ANOTHER = """
SELECT part.payout_reference, payout.reference
  FROM reconciliation_match AS match
  JOIN reconciliation_statementline AS line ON line.id = match.line_id
  JOIN reconciliation_linepart AS part ON part.id = match.part_id
  JOIN payouts_payout AS payout ON payout.id = match.payout_id
 WHERE line.bank_account_id = %s AND match.undone_at IS NULL
   AND part.payout_reference NOT IN ('', payout.end_to_end_id)
"""
_SILENT = """
SELECT end_to_end_id
  FROM sandbox_order AS lost JOIN sandbox_received_file AS file ON file.id = lost.file_id
 WHERE lost.book_id = %s AND pay_on IS NULL
   AND NOT EXISTS (SELECT FROM sandbox_sent_file AS answer
                    WHERE answer.book_id = lost.book_id AND strpos(answer.file_name, file.message_id) > 0)
"""
_CLAIMED = "SELECT id, subject FROM events_event WHERE type = 'payout.submitting' AND partner_id = %s ORDER BY id DESC"
_LISTS = "SELECT id, data ->> 'version' FROM events_event WHERE type IN ('watchlist.loaded', 'watchlist.activated') ORDER BY id"
_LEFT_WHILE_HELD = """
SELECT payout.reference
  FROM payouts_payout AS payout JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id
 WHERE payout.partner_id = %s
   AND EXISTS (SELECT FROM payouts_hold AS hold
                WHERE hold.payout_id = payout.id AND hold.opened_at < attempt.created_at
                  AND (hold.lifted_at IS NULL OR hold.lifted_at > attempt.created_at))
 ORDER BY attempt.id
"""
_UNFINISHED = "SELECT end_to_end_id FROM payouts_payout WHERE partner_id = %s AND status <> ALL(%s::text[])"
_MORE_TO_DO = """
SELECT EXISTS (SELECT FROM reconciliation_statementline
                WHERE bank_account_id = %(account)s AND state IN ('unmatched', 'partly')
                  AND bank_reference <> ALL (%(but_for)s::text[]))
    OR EXISTS (SELECT FROM sandbox_order WHERE book_id = %(account)s AND return_on IS NOT NULL AND credit_id IS NULL)
    OR EXISTS (SELECT FROM sandbox_booking AS booking JOIN sandbox_book AS book ON book.bank_account_id = book_id
                WHERE book_id = %(account)s AND booked_on >= open_day)
"""


def contradictions(world) -> list[str]:
    """Return what is wrong, in words; nothing if all is well. The world must be at rest."""
    outcomes = truth_of_calls.outcomes if world.bank else _outcomes
    return [
        *at_any_moment(world),
        *_requests(world),
        *outcomes(world),
        *_holds(world),
        *_screenings(world),
        *_proofs(world),
        *_messages(world),
        *_money(world),
    ]


def is_at_rest(world) -> bool:
    """Tell whether nothing is left to do: every payout has ended, or is one of which the bank never says a word."""
    unfinished = ask(_UNFINISHED, [world.platform.pk, [str(state) for state in FINAL]])
    if unfinished and {reference for (reference,) in unfinished} - _lost(world):
        return False
    if world.callers or world.bank and truth_of_calls.has_more_to_come(world):
        return False
    [(is_more_to_do,)] = ask(_MORE_TO_DO, {"account": world.bank_account.pk, "but_for": _surplus(world)})
    return not is_more_to_do and not _unread(world)


def unfinished(world) -> list[str]:
    """Return what still waits though nobody can do anything for it."""
    lost = _lost(world)
    found = [
        f"{payout.reference} of {payout.amount} is {payout.status} and nobody moves it"
        for payout in world.all_payouts()
        if not payout.is_final and payout.end_to_end_id not in lost
    ]
    found += [f"{name} was never read" for name in _unread(world)]
    return found + [f"the line {line.sign} {line.amount} stays open" for line in _open_lines(world)]


def _open_lines(world):
    """Return the lines that somebody must still identify."""
    lines = StatementLine.objects.open().filter(bank_account=world.bank_account)
    return lines.exclude(bank_reference__in=_surplus(world))


def _surplus(world) -> list[str]:
    return sorted(truth_of_calls.surplus(world)) if world.bank else []


def at_any_moment(world) -> list[str]:
    """Return what is wrong that must not be so between any two steps."""
    return [*(str(violation) for violation in violations()), *_attempts(world)]


def _attempts(world):
    """The live attempt of a payout is where the payout is."""
    for attempt, payout in _attempts_of(world):
        is_settled, is_paid = attempt.status == Attempt.Status.SETTLED, payout.status == State.PAID
        if attempt.status in Attempt.LIVE and is_settled != is_paid:
            yield f"{payout.reference} is {payout.status}, its attempt is {attempt.status}"


def _attempts_of(world) -> list[tuple]:
    """Return every attempt of the platform with its payout."""
    of_platform = "FROM payouts_attempt JOIN payouts_payout ON payouts_payout.id = payout_id WHERE partner_id = %s"
    return joined_rows((Attempt, Payout), of_platform, [world.platform.pk])


def _requests(world):
    """Each request that was promised exists once, with its amount; the others once or not at all."""
    asked = {draft.reference: draft.amount for _, drafts in world.asked for draft in drafts}
    made = Counter(
        ask("SELECT reference, amount FROM payouts_payout WHERE partner_id = %s ORDER BY id", [world.platform.pk])
    )
    yield from (
        f"{reference} was promised and is not there"
        for reference in world.promised
        if not made[(reference, asked.get(reference))]
    )
    yield from (f"{payout} exists {count} times" for payout, count in made.items() if count > 1)
    yield from (f"{reference} was never asked for" for reference, amount in made if asked.get(reference) != amount)


def _outcomes(world):
    """Each payout was executed at most once, and its state is what the bank did with it."""
    orders, lost = defaultdict(list), _lost(world)
    for order in _orders(world):
        orders[order.end_to_end_id].append(order)
    for payout in world.all_payouts():
        mine = orders.pop(payout.end_to_end_id, [])
        executed = [order for order in mine if order.debit_id]
        name = f"{payout.reference} of {payout.amount}"
        if len(executed) > 1:
            yield f"{name} was executed {len(executed)} times"
        elif any(order.amount != payout.net for order in mine):
            yield f"{name} went to the bank with another amount"
        elif (said := _said(payout, mine, executed, lost)) != _believed(payout):
            yield f"{name} is {payout.status}, at the bank it is {said}"
    yield from (f"the bank has {reference}, which no payout carries" for reference in orders)


def _holds(world):
    """Nothing leaves while it is held."""
    for (reference,) in ask(_LEFT_WHILE_HELD, [world.platform.pk]):
        yield f"{reference} left while it was held"


def _screenings(world):
    """What has left was screened against the list that was in force when it was claimed."""
    claimed = ask(_CLAIMED, [world.platform.pk])
    lists = ask(_LISTS) if claimed else []
    screened = "FROM payouts_payout LEFT JOIN compliance_screening ON compliance_screening.id = screening_id WHERE partner_id = %s"
    left = {}
    for payout, screening in joined_rows((Payout, Screening), screened, [world.platform.pk]) if claimed else ():
        payout.screening = screening
        if payout.status not in WHILE_UNSENT:
            left[payout.public_id] = payout
    for event_id, subject in claimed:
        payout = left.pop(subject, None)
        in_force = [version for at, version in lists if at < event_id][-1]
        if payout and in_force not in payout.screening.lists.split("+"):
            yield f"{payout.reference} left though it was screened against another list"


def _proofs(world):
    """No line proves another payout than the one it names."""
    for named, proved in ask(_NAMES_ANOTHER, [world.bank_account.pk]):
        yield f"a line that names {named} proves {proved}"


def _said(payout, orders, executed, lost):
    if executed:
        return "returned" if executed[0].credit_id else "paid"
    if not orders:
        # A file that the bank refuses as a whole leaves no orders in its books.
        files = payout.attempts.values("file__message_id")
        return "refused" if ReceivedFile.objects.filter(message_id__in=files, status="RJCT").exists() else "unknown"
    if payout.end_to_end_id in lost:
        return "lost"
    return "refused" if all(order.refusal for order in orders) else "taken"


def _believed(payout):
    if payout.status in WHILE_UNSENT:
        return "unknown"
    if payout.status == State.FAILED:
        return "refused"
    return payout.status if payout.status in (State.PAID, State.RETURNED) else "lost"


def _messages(world):
    """Each file came to the bank once, and each of the bank's messages was read."""
    names = PaymentFile.objects.filter(bank_account=world.bank_account).values_list("file_name", flat=True)
    yield from (
        f"{name} went to the bank {count} times" for name in names if (count := world.boundaries.uploads[name]) > 1
    )
    if StatusReport.objects.filter(bank_account=world.bank_account).unapplied().exists():
        yield "a report was never applied"
    yield from (f"{name} was never read" for name in _unread(world))


def _money(world):
    """What the platform has is what it paid in, less what the bank has or may have paid out for it, and what that cost."""
    gone = sum(payout.total if _left(payout) else _cost_of_return(payout) for payout in world.all_payouts())
    deposits = "SELECT coalesce(sum(amount), 0)::bigint FROM sandbox_booking WHERE book_id = %s AND kind = 'deposit'"
    [(deposited,)] = ask(deposits, [world.bank_account.pk])
    if world.bank:
        deposited += truth_of_calls.credited_otherwise(world)
    expected = {"funds": deposited - gone, "reserved": 0}
    held = balances(world.platform.public_id).get("EUR", {})
    found = {kind: held.get(kind, 0) for kind in expected}
    if found != expected:
        yield f"the platform has {found}, it should have {expected}"
    at_bank = balances(world.bank_account.public_id).get("EUR", {})
    awaited = [payout for payout in world.all_payouts() if _left(payout) and payout.status != State.PAID]
    for kind, amount in (
        ("clearing", sum(payout.net for payout in awaited)),
        ("fee_pending", sum(payout.fee for payout in awaited)),
    ):
        if at_bank.get(kind, 0) != amount:
            yield f"{at_bank.get(kind, 0)} is in {kind}, it should be {amount}"
    book = _book(world)
    if at_bank.get("bank", 0) != book:
        yield f"the ledger says {at_bank.get('bank', 0)} of the bank account, the bank says {book}"


def _unread(world):
    """Return the names of the bank's messages that the portal has not put away as read."""
    sent = {
        name for (name,) in ask("SELECT file_name FROM sandbox_sent_file WHERE book_id = %s", [world.bank_account.pk])
    }
    return sorted(sent - {path.name for path in (world.bank_account.path / "from_bank" / "read").glob("*.xml")})


def _left(payout):
    return payout.status in (State.PAID, State.SENT, State.IN_DOUBT)


def _cost_of_return(payout):
    """Return the fee that was kept of a payout whose money came back."""
    is_kept = payout.status == State.RETURNED and payout.fee and not payout.fee_terms["refunded_on_return"]
    return payout.fee if is_kept else 0


def _book(world):
    with transaction.atomic():
        return balance(lock_book(world.bank_account.pk))


def _orders(world):
    return rows_where(Order, "WHERE book_id = %s ORDER BY id", [world.bank_account.pk])


def _lost(world):
    """Return the references of what the bank will never say a word about: lost, or refused without an answer."""
    return {reference for (reference,) in ask(_SILENT, [world.bank_account.pk])}
