"""The pages where a line is split into several things, or grouped with other lines: choose, add up, propose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse

from apps.core.admin import tell_refusal
from apps.core.errors import DomainError
from apps.core.templatetags.portal import day, page_url
from apps.partners.models import Partner
from apps.reconciliation import operations, together
from apps.reconciliation.admin.choices import group_members, named_choice, part_number, split_choices, titled
from apps.reconciliation.admin.proposals import CONFIRMERS
from apps.reconciliation.effects import target_id
from apps.reconciliation.models import LinePart, Proposal, StatementLine

OURS = "our reference"
LONGEST_QUERY = 8000
"""Characters of what was chosen that an address takes back to the form: more than the most that may be chosen."""


class TogetherPages:
    """What `StatementLineAdmin` has for lines that are several things, and for several lines that are one."""

    def together_doors(self) -> list:
        pages = [("split", self.split_view), ("group", self.group_view)]
        return [
            *[
                path(
                    f"<str:public_id>/{name}/",
                    self._only_shown(view),
                    name=f"reconciliation_statementline_{name}",
                )
                for name, view in pages
            ],
            self.door("<str:public_id>/propose-split/", self.propose_split, "propose_split"),
            self.door("<str:public_id>/propose-group/", self.propose_group, "propose_group"),
        ]

    def split_view(self, request, public_id):
        """Show what a line may be together, and what the things chosen come to."""
        line, part = self._open_part(request, public_id)
        if part is None:
            return redirect(page_url(line))
        candidates = together.split_candidates(line, part)
        chosen = request.GET.getlist("name")
        if not {"name", "more", "fee"} & request.GET.keys():  # what the line itself names is ticked first
            chosen = [target_id(found.choice) for found in candidates if OURS in found.evidence]
        form = request.GET.copy()
        form.setlist("name", chosen)
        context = self._context(request, line, part, candidates, chosen)
        try:
            choices = split_choices(line, form, part.number)
            if choices:
                context |= _shown(together.outcome_of_split(line, part, choices))
        except DomainError as refusal:
            context["refusal"] = refusal.detail
        if line.is_credit:
            context["platforms"] = Partner.objects.filter(mode=line.bank_account.mode).order_by("name")
        return self.render(request, "admin/reconciliation/split.html", context | {"title": "Split a line"})

    def group_view(self, request, public_id):
        """Show with which other lines a line may be one thing, and what the lines chosen come to."""
        line, part = self._open_part(request, public_id)
        if part is None:
            return redirect(page_url(line))
        candidates, others = together.group_candidates(line, part), together.other_parts(line, part)
        name = (request.GET.get("more", "") or request.GET.get("name", "")).strip()
        context = self._context(request, line, part, candidates, [name])
        ticked = request.GET.getlist("with")
        context["others"] = [
            {
                "part": other,
                "name": named_part(other),
                "booked": day(other.line.booked_on),
                "is_chosen": named_part(other) in ticked,
            }
            for other in others
        ]
        if name:
            try:
                chosen = [other for other in others if named_part(other) in ticked]
                choice = named_choice(line, name, None)
                context |= _shown(together.outcome_of_group(line, [part, *chosen], choice))
            except DomainError as refusal:
                context["refusal"] = refusal.detail
        return self.render(
            request, "admin/reconciliation/group.html", context | {"title": "Match several lines together"}
        )

    def propose_split(self, request, public_id):
        line, form = self.row_or_404(public_id), request.POST
        number = part_number(form.get("part"))
        back = reverse("admin:reconciliation_statementline_split", args=[line.public_id])
        return self._propose(
            request,
            line,
            back,
            lambda reason: operations.propose_split(
                line.pk, split_choices(line, form, number), by=request.user, reason=reason
            ),
        )

    def propose_group(self, request, public_id):
        line, form = self.row_or_404(public_id), request.POST
        back = reverse("admin:reconciliation_statementline_group", args=[line.public_id])
        return self._propose(
            request,
            line,
            back,
            lambda reason: operations.propose_group(
                group_members(form),
                named_choice(line, form.get("name", "").strip(), None),
                by=request.user,
                reason=reason,
            ),
        )

    def _propose(self, request, line, back, operation):
        """Call an operation; a refusal leads back to what was chosen."""
        try:
            proposal = operation(request.POST.get("reason", ""))
        except DomainError as refusal:
            tell_refusal(request, refusal)
            chosen = request.POST.copy()
            for name in ("csrfmiddlewaretoken", "reason", "once"):
                chosen.pop(name, None)
            query = chosen.urlencode()
            return redirect(f"{back}?{query}" if len(query) <= LONGEST_QUERY else back)
        messages.success(request, f"Proposed: {proposal}. Nothing has changed; {CONFIRMERS.lower()}")
        return redirect(page_url(line))

    def _open_part(self, request, public_id):
        """Return a line and the open part of it that is meant, or None if there is none that can be matched."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        line = self.row_or_404(public_id, StatementLine.objects.select_related("bank_account"))
        parts = line.parts.filter(is_open=True).order_by("number")
        number = part_number(request.GET.get("part"))
        part = parts.filter(number=number).first() if number is not None else parts.first()
        if part is None or not line.is_open or Proposal.objects.open().about_part(part).exists():
            messages.info(request, "It is matched, or somebody has proposed what it is.")
            return line, None
        return line, part

    def _context(self, request, line, part, candidates, chosen) -> dict:
        return {
            "row": line,
            "part": part,
            "signed_amount": part.amount if line.is_credit else -part.amount,
            "form": request.GET,
            "may_match": request.user.has_perm("reconciliation.match_line"),
            "candidates": sorted(
                (
                    {
                        "found": found,
                        "title": titled(found.title, target := target_id(found.choice)),
                        "target": target,
                        "is_chosen": target in chosen,
                    }
                    for found in candidates
                ),
                key=lambda candidate: not candidate["is_chosen"],
            ),
        }


def _shown(outcome) -> dict:
    """Return what a choice comes to as a page shows it."""
    items = [{"item": item, "title": titled(item.title, item.name)} for item in outcome.items]
    return {"outcome": outcome, "items": items}


def named_part(part: LinePart) -> str:
    """Return how a form names a part of a line."""
    return f"{part.line.public_id}/{part.number}"
