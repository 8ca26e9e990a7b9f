"""
What a line proves by itself, so that one person may match it.

`sql/two_people.sql` asks this of the tables too, but for what it leaves to this side: whether the bank names another
recipient, and which conflict a debit is the end of.
"""

from django.db.models import Q

from apps.payouts.models import Conflict, Payout
from apps.rails.models import PaymentFile
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Match


def proven(line, part, choices) -> set:
    """
    Return those of the choices that a part of a line proves, with as many queries for many as for one.

    It does if the one reference of ours in it is the payout's and the bank names no other recipient, or if it names the
    file; and if no two people have taken the pair apart before. That the amount agrees is asked of every match.

    What the rules leave to people is left to two: a debit by which the bank takes something back, and a credit of a payout
    whose conflict is open, or that the bank paid twice: no reference tells which of the payments came back.
    """
    payout = _named_payout(part)
    files = _named_files(line, part, {choice.target for choice in choices if choice.kind == Kind.BATCH})
    known = Conflict.objects.filter(payout=payout) if payout else Conflict.objects.none()
    charged, is_disputed = _charged(known, choices), _is_disputed(known, choices)
    apart = Match.objects.filter(part=part).exclude(undone_at=None).exclude(kind=Kind.SUSPENSE)
    rejected = set(apart.values_list("kind", "payout", "expectation__file"))

    def holds(choice):
        if choice.kind == Kind.BATCH:
            return (
                choice.target in files and not line.reversal and not any(file == choice.target for *_, file in rejected)
            )
        if payout is None or any((kind, about) == (choice.kind, payout.pk) for kind, about, _ in rejected):
            return False
        if choice.kind == Kind.EXTRA:
            return choice.target in charged
        if choice.kind == Kind.PAYOUT and (line.reversal or part.is_return or _names_another(part, payout)):
            return False
        if choice.kind == Kind.RETURN and is_disputed:
            return False
        return choice.kind in (Kind.PAYOUT, Kind.RETURN) and choice.target == payout.pk

    return {choice for choice in choices if holds(choice)}


def _charged(conflicts, choices) -> set:
    chosen = {choice.target for choice in choices if choice.kind == Kind.EXTRA}
    return set(conflicts.filter(pk__in=chosen).values_list("pk", flat=True)) if chosen else set()


def _is_disputed(conflicts, choices) -> bool:
    """Tell whether the payout has a conflict that is open, or by which its money left more than once."""
    if not any(choice.kind == Kind.RETURN for choice in choices):
        return False
    return conflicts.filter(Q(closed_at=None) | Q(outcome=Conflict.Outcome.PAID_AFTER_ALL)).exists()


def _named_payout(part) -> Payout | None:
    if not part.payout_reference:
        return None
    return Payout.objects.filter(end_to_end_id=part.payout_reference).select_related("method_version").first()


def _names_another(part, payout) -> bool:
    """Tell whether the bank names another account than the one that was to be paid."""
    said, meant = part.counterparty_account_index, payout.method_version.account_index
    return said is not None and meant is not None and bytes(said) != bytes(meant)


def _named_files(line, part, files) -> set:
    if not files:
        return set()
    said = {line.message_id, part.message_id, line.payment_information_id, part.payment_information_id} - {""}
    known = PaymentFile.objects.filter(pk__in=files).values_list("pk", "message_id")
    return {file for file, message_id in known if any(name.startswith(message_id) for name in said)}
