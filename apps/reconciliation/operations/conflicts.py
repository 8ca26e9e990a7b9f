"""
What two people may say of a conflict, and what follows; and the statement lines that open one.

stands              what was held before is true; nothing is posted
paid_after_all      the money did leave: it is charged to somebody, and waits in clearing for its statement line
refused_after_all   the bank never paid what it had said it paid: the payout fails, once no line proves it any more
"""

from apps.core.errors import Fault
from apps.core.queue import nudge
from apps.ledger.posting import lock_available, post
from apps.payouts import facts, postings
from apps.payouts.contradictions import LINE, NEVER_PAID, Contradiction
from apps.payouts.evidence import Refusal
from apps.payouts.models import Attempt, Conflict, Payout
from apps.payouts.operations import open_conflicts
from apps.payouts.states import State, sources
from apps.reconciliation import jobs
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations.doubts import let_fail, what_must_be_read

Outcome, Kind, Charged = Conflict.Outcome, Conflict.Kind, Conflict.Charged


def faults(payout, attempt, conflict, verdict):
    """Yield why the conflict cannot be closed with this verdict now; `attempt` is the payout's live one, or None."""
    if not conflict.is_open:
        yield Fault("", "closed", f"It is closed already: {conflict.get_outcome_display().lower()}.")
        return
    if verdict not in Conflict.OUTCOMES[conflict.kind]:
        yield Fault("/verdict", "unknown-verdict", "This is no end of such a conflict.")
    elif verdict == Outcome.PAID_AFTER_ALL and conflict.kind == Kind.MONEY_LEFT:
        if payout.status in sources("cancel"):
            yield Fault("/verdict", "cancel-first", "It has not left yet by what is held: cancel it first.")
        elif payout.status not in NEVER_PAID:
            yield Fault("/verdict", "wrong-state", f"{payout.public_id} is {payout.status}: its money is out already.")
    elif verdict == Outcome.REFUSED_AFTER_ALL:
        yield from _why_not_refused(payout, attempt)


def _why_not_refused(payout, attempt):
    if payout.status == State.PAID:
        match = Match.objects.filter(payout=payout, kind__in=["payout", "batch"], undone_at=None).first()
        line = f"the match of the line {match.line.public_id}" if match else "its match"
        yield Fault("/verdict", "undo-first", f"A statement line proves that it was paid: undo {line} first.")
    elif payout.status not in sources("refuse") or attempt is None:
        yield Fault("/verdict", "wrong-state", f"{payout.public_id} is {payout.status}; there is nothing to refuse.")
    elif must := what_must_be_read(attempt):
        yield Fault("/verdict", "statement-first", must)


def end(payout, attempt, conflict, verdict, at, *, by) -> None:
    """Close a locked conflict as two people have established it, and make payout and books say so."""
    conflict.outcome, conflict.closed_at = verdict, at
    if verdict == Outcome.PAID_AFTER_ALL:
        conflict.charged_to = _who_bears(payout, conflict)
    conflict.save(update_fields=["outcome", "closed_at", "charged_to"])
    if verdict == Outcome.PAID_AFTER_ALL:
        post([postings.charge(conflict, at.date())])
        if conflict.charged_to == Charged.FUNDS:
            facts.record("payout.charged", [payout], by=by)
        nudge(jobs.match_waiting)
    elif verdict == Outcome.REFUSED_AFTER_ALL:
        let_fail(payout, attempt, Refusal("refused_after_all", "The bank never paid it, as two people established."))


def _who_bears(payout, conflict):
    """Return who is charged: the platform whose payout it was, else the house; a second payment is the bank's matter."""
    if conflict.kind == Kind.PAID_TWICE:
        return Charged.BANK_DISPUTE
    funds = postings.funds(payout.partner.public_id, conflict.currency)
    return Charged.FUNDS if lock_available([funds])[funds] >= conflict.amount else Charged.OPS_LOSS


def new_contradictions(rows) -> list:
    """Return those of the rows of `contradicting_lines.sql` that no conflict knows yet."""
    if not rows:
        return []
    known = {}
    for conflict in Conflict.objects.filter(payout__any_of=[payout for *_, payout, _ in rows]):
        known.setdefault(conflict.payout_id, []).append(conflict)
    return [row for row in rows if not any(one.knows(LINE, _source(row)) for one in known.get(row[-2], []))]


def note_contradictions(rows) -> None:
    """Open conflicts for debits of payouts that ended unpaid, or were paid by another debit; the payouts are locked."""
    if not rows:
        return
    payouts = {payout.pk: payout for payout in Payout.objects.lock({row[-2] for row in rows})}
    tried = Attempt.objects.filter(payout__any_of=list(payouts)).order_by("number")
    attempts = {attempt.payout_id: attempt for attempt in tried}
    open_conflicts(
        [
            Contradiction(
                payouts[payout_id],
                attempts.get(payout_id),
                Kind.PAID_TWICE if is_second else Kind.MONEY_LEFT,
                LINE,
                _source((line_id, number)),
                f"A statement line of {booked_on} debits it{' once more' if is_second else ''}.",
                amount,
            )
            for line_id, number, booked_on, amount, payout_id, is_second in rows
        ]
    )


def _source(row) -> str:
    return f"{StatementLine(pk=row[0]).public_id}/{row[1]}"
