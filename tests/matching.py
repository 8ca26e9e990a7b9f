"""What people do at the bench where statement lines are matched: one decides what is proven, two decide the rest."""

from apps.core.errors import DomainError
from apps.reconciliation import operations
from apps.reconciliation.errors import CannotMatch
from apps.reconciliation.models import Match, StatementLine
from apps.users.models import User
from tests import factories

REASON = "The bank said so on the phone"


def second(first) -> User:
    """Return another treasurer than the first person, the same one for all who ask."""
    others = User.objects.filter(role_assignments__role="treasurer").exclude(pk=first.pk).order_by("pk")
    return others.first() or factories.person("treasurer")


def match_line(line_id, choice, *, by, also=None) -> StatementLine:
    """Match a line as this person says, with a second treasurer, or the one given, where that takes two."""
    try:
        return operations.match_line(line_id, choice, by=by)
    except CannotMatch as refusal:
        if refusal.code != "takes-two-people":
            raise
    proposal = operations.propose_match(line_id, choice, by=by, reason=REASON)
    _confirm(proposal, also or second(by))
    return StatementLine.objects.get(pk=line_id)


def split_line(line_id, choices, *, by) -> StatementLine:
    """Match a line as several things, with a second treasurer."""
    _confirm(operations.propose_split(line_id, choices, by=by, reason=REASON), second(by))
    return StatementLine.objects.get(pk=line_id)


def group_lines(lines, choice, *, by) -> None:
    """Match lines of one part each as one thing, with a second treasurer."""
    members = [(line.pk, None) for line in lines]
    _confirm(operations.propose_group(members, choice, by=by, reason=REASON), second(by))


def undo_match(match_id, *, by, reason, also=None) -> StatementLine:
    """Take a match back with a second treasurer, or the one given."""
    proposal = operations.propose_undo(match_id, by=by, reason=reason)
    _confirm(proposal, also or second(by))
    return StatementLine.objects.get(pk=Match.objects.values_list("line", flat=True).get(pk=match_id))


def _confirm(proposal, person):
    """Confirm a proposal; one that cannot be is refused, so that it is in nobody's way."""
    try:
        operations.confirm_proposal(proposal.pk, by=person)
    except DomainError as refusal:
        operations.refuse_proposal(proposal.pk, by=person, reason=refusal.detail[:100])
        raise
