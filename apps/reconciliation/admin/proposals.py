"""What waits for a second person, and what became of what did."""

from django.contrib import admin
from django.http import Http404
from django.utils.html import format_html
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin, act
from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import day, link, money, page_url, status, when
from apps.core.templatetags.subjects import names_of
from apps.reconciliation import operations
from apps.reconciliation.alike import proposals_like
from apps.reconciliation.effects import target_id
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Proposal
from apps.reconciliation.operations import Choice

CONFIRMERS = "Another treasurer confirms it."
APPROVERS = "An approver confirms it."
MOST_DECIDED = 10


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Proposals to match or to undo; each is decided at the page of its line."""

    view_permission = "reconciliation.view_statement"
    list_title = "Second person"
    list_display = ("line_link", "what", "amount_text", "why", "proposed", "state_label", "decided")
    list_display_links = None
    list_filter = ("status", "kind")
    list_select_related = ("line", "proposed_by", "decided_by")
    list_before_template = "admin/reconciliation/tabs.html"
    paginator = InfinitePaginator
    ordering = ("-id",)
    sortable_by = ()

    @display(description="Line")
    def line_link(self, proposal):
        return link(proposal.line, day(proposal.line.booked_on))

    @display(description="Proposed")
    def what(self, proposal):
        return str(proposal)

    @display(description="Amount")
    def amount_text(self, proposal):
        return money(proposal.amount, proposal.line.currency)

    @display(description="Why")
    def why(self, proposal):
        return proposal.reason

    @display(description="By")
    def proposed(self, proposal):
        return format_html("{}, {}", proposal.proposed_by.name, when(proposal.proposed_at))

    @display(description="State")
    def state_label(self, proposal):
        return status(proposal.status, proposal.get_status_display())

    @display(description="Decided")
    def decided(self, proposal):
        return proposal.decided_by.name if proposal.decided_by else "–"

    def doors(self):
        return [
            self.door("<str:public_id>/confirm/", self.confirm, "confirm"),
            self.door("<str:public_id>/refuse/", self.refuse, "refuse"),
        ]

    def confirm(self, request, public_id):
        """Confirm one proposal, and with it those that were ticked because they look alike."""
        proposal = self.row_or_404(public_id, Proposal.objects.select_related("line"))
        back, done = page_url(proposal.line), f"Confirmed and done: {proposal}."
        others = ids_of(Proposal, request.POST.getlist("with")) if "all" in request.POST else []
        if not others:
            return act(request, back, operations.confirm_proposal, proposal.pk, done=done)
        done = f"Confirmed and done, {len(others) + 1} times: {proposal}."
        return act(request, back, operations.confirm_proposals, [proposal.pk, *others], done=done)

    def refuse(self, request, public_id):
        proposal = self.row_or_404(public_id, Proposal.objects.select_related("line"))
        back, reason = page_url(proposal.line), request.POST.get("reason", "")
        done = "Refused; nothing has changed."
        return act(request, back, operations.refuse_proposal, proposal.pk, reason=reason, done=done)


def ids_of(model, texts) -> list:
    """Return the keys that public ids stand for; what is none is not there."""
    try:
        return [decode(model.id_prefix, text) for text in texts]
    except NotAnId as error:
        raise Http404 from error


def proposals_of(request, line, part) -> dict:
    """Return the proposals about a line that wait, those that were decided, and whether one waits about this part."""
    person = request.user
    about = Proposal.objects.about(line).select_related("part", "line", "proposed_by", "decided_by", "undoes__proposal")
    rows = about.prefetch_related("shares__part__line", "undoes__proposal__shares")
    waiting, targets = [], {row: "" if _is_split(row) else target_id(_choice(row)) for row in rows.open()}
    shares = [share for row in targets if _is_split(row) for share in row.shares.all()]
    names = names_of(filter(None, [*targets.values(), *(target_id(_choice(share)) for share in shares)]))
    alike = {row.pk: proposals_like(row) for row in targets} if len(targets) == 1 else {}
    for proposal, target in targets.items():
        is_own = proposal.proposed_by_id in person.people_behind
        may_confirm = person.has_perm(proposal.confirmed_with)
        waiting.append(
            {
                "said": proposal,
                "target": target,
                "name": names.get(target, ""),
                "things": _things(proposal, names) if _is_split(proposal) else [],
                "grouped": proposal.shares.all() if proposal.shape == Proposal.Shape.GROUP else [],
                "alike": alike.get(proposal.pk, []),
                "alike_amount": sum(other.amount for other in alike.get(proposal.pk, [])),
                "may_confirm": may_confirm and not is_own,
                "may_refuse": may_confirm or is_own,
                "refuse_caption": "Take back" if is_own else "Refuse",
                "why_not": _why_not(proposal, is_own),
            }
        )
    return {
        "proposals": waiting,
        "decided_proposals": about.filter(status__in=[Proposal.Status.REFUSED, Proposal.Status.LAPSED])[:MOST_DECIDED],
        "is_proposed": part is not None and any(part.pk in _parts_of(row["said"]) for row in waiting),
        "proposed_parts": {pk for row in waiting for pk in _parts_of(row["said"])},
    }


def _is_split(proposal) -> bool:
    return proposal.shape == Proposal.Shape.SPLIT


def _choice(said) -> Choice:
    return Choice(said.kind, said.target)


def _things(proposal, names) -> list[dict]:
    """Return what a split says that the part is together."""
    return [
        {"share": share, "target": (target := target_id(_choice(share))), "name": names.get(target, "")}
        for share in proposal.shares.all()
    ]


def _parts_of(proposal) -> set:
    """Return the parts that a proposal is about, also those of a group that it would undo."""
    former = proposal.undoes.proposal if proposal.undoes else None
    shared = [*proposal.shares.all(), *(former.shares.all() if former else [])]
    return {proposal.part_id, *(share.part_id for share in shared)}


def _why_not(proposal, is_own) -> str:
    if proposal.kind == Kind.WRITE_OFF:
        return f"What is written off takes two roles. {APPROVERS}"
    if is_own:
        return "You have proposed it, so another treasurer confirms it."
    return "A treasurer who has not proposed it confirms it."
