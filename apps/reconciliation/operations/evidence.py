"""What a line proves by itself, so that one person may match it; `sql/two_people.sql` asks the same of the tables."""

from apps.payouts.models import Conflict, Payout
from apps.rails.models import PaymentFile
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Match


def proven(line, part, choices) -> set:
    """
    Return those of the choices that a part of a line proves, with as many queries for many as for one.

    It does if the one reference of ours in it is the payout's and the bank names no other recipient, or if it names the
    file; and if no two people have taken the pair apart before. That the amount agrees is asked of every match.
    """
    payout = _named_payout(part)
    files = _named_files(line, part, {choice.target for choice in choices if choice.kind == Kind.BATCH})
    disputed = {choice.target for choice in choices if choice.kind in (Kind.EXTRA, Kind.REPAID)}
    of_payout = payout and disputed and Conflict.objects.filter(pk__in=disputed, payout=payout)
    conflicts = set(of_payout.values_list("pk", flat=True)) if of_payout else set()
    apart = Match.objects.filter(part=part).exclude(undone_at=None).exclude(kind=Kind.SUSPENSE)
    rejected = set(apart.values_list("kind", "payout", "expectation__file"))

    def holds(choice):
        if choice.kind == Kind.BATCH:
            return choice.target in files and not any(file == choice.target for *_, file in rejected)
        if payout is None or any((kind, about) == (choice.kind, payout.pk) for kind, about, _ in rejected):
            return False
        if choice.kind in (Kind.EXTRA, Kind.REPAID):
            return choice.target in conflicts
        if choice.kind == Kind.PAYOUT and _names_another(part, payout):
            return False
        return choice.kind in (Kind.PAYOUT, Kind.RETURN) and choice.target == payout.pk

    return {choice for choice in choices if holds(choice)}


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
