"""
What looks alike, so that people decide it together: lines of which nothing but the amount tells one from the other.

Only what names no payout is decided together: fees, and the funding of one platform.
"""

from django.db.models import Exists, OuterRef

from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import LinePart, Proposal, StatementLine

TOGETHER = (Kind.FEE, Kind.FUNDING)
MOST_TOGETHER = 50
"""What one person can look through before they decide about all of it."""


def lines_like(line, part) -> list[StatementLine]:
    """
    Return other open lines of the same account, direction, bank's code and other side, of which nothing is proposed.

    Only lines that are one part; and none for a line that is several.
    """
    several = LinePart.objects.filter(line=OuterRef("pk"), number__gt=1)
    if line.parts.filter(number__gt=1).exists():
        return []
    alike = StatementLine.objects.open().filter(
        ~Exists(several),
        ~Exists(Proposal.objects.open().about(OuterRef("pk"))),
        bank_account=line.bank_account_id,
        currency=line.currency,
        sign=line.sign,
        reversal=line.reversal,
        bank_code=line.bank_code,
        proprietary_code=line.proprietary_code,
        parts__counterparty=part.counterparty,
        parts__counterparty_account=part.counterparty_account,
        parts__is_return=part.is_return,
    )
    return list(alike.exclude(pk=line.pk).order_by("booked_on", "position")[: MOST_TOGETHER - 1])


def proposals_like(proposal) -> list[Proposal]:
    """Return other open proposals of the same person, about the same account, kind and platform, for the same reason."""
    if proposal.kind not in TOGETHER or proposal.undoes_id or proposal.shape != Proposal.Shape.ONE:
        return []
    alike = Proposal.objects.open().filter(
        shape=Proposal.Shape.ONE,
        kind=proposal.kind,
        target=proposal.target,
        undoes=None,
        reason=proposal.reason,
        proposed_by=proposal.proposed_by_id,
        line__bank_account=proposal.line.bank_account_id,
        line__sign=proposal.line.sign,
    )
    others = alike.exclude(pk=proposal.pk).select_related("line")
    return list(others.order_by("line__booked_on", "line__position")[: MOST_TOGETHER - 1])
