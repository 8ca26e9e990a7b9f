from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse

from apps.core.admin import ReadOnlyAdmin, act
from apps.core.database import database_now
from apps.core.ids import NotAnId, decode
from apps.payouts.models import Attempt, Conflict, Resolution
from apps.reconciliation import in_doubt, operations

MOST_SHOWN = 25


@admin.register(Resolution)
class DoubtQueue(ReadOnlyAdmin):
    """Payments of which nobody knows whether the bank made them, or of which it says two things, and how people end it."""

    view_permission = "payouts.view_payout"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        doubts, conflicts = in_doubt.doubts(), in_doubt.conflicts()
        may = request.user.has_perm
        context = {
            "title": "In doubt",
            "exposure": in_doubt.exposure(),
            "gone": in_doubt.gone(),
            "conflicts": [in_doubt.conflict_facts(conflict, request.user) for conflict in conflicts[:MOST_SHOWN]],
            "rows": in_doubt.doubts_facts(list(doubts[:MOST_SHOWN]), request.user),
            "recalls": in_doubt.unanswered_recalls()[:MOST_SHOWN],
            "is_cut_off": max(doubts.count(), conflicts.count()) > MOST_SHOWN,
            "most": MOST_SHOWN,
            "now": database_now(),
            "may_propose": may("payouts.propose_resolution"),
        }
        return self.render(request, "admin/payouts/in_doubt.html", context)

    def doors(self):
        return [
            self.door("propose/", self.propose, "propose"),
            self.door("close/", self.close, "close"),
            self.door("decide/", self.decide, "decide"),
            path("<str:public_id>/document/", self._only_shown(self.document), name="payouts_resolution_document"),
        ]

    def propose(self, request):
        """Say what became of a payment, with the evidence."""
        return self._say(request, operations.propose_resolution, _id(Attempt, request.POST.get("attempt")))

    def close(self, request):
        """Say which side of a conflict is true, with the evidence."""
        return self._say(request, operations.propose_closing, _id(Conflict, request.POST.get("conflict")))

    def _say(self, request, operation, question):
        sent = request.FILES.get("document")
        return act(
            request,
            reverse("admin:payouts_resolution_changelist"),
            operation,
            question,
            request.POST.get("verdict", ""),
            request.POST.get("evidence", ""),
            document=(sent.name, sent.read(operations.LARGEST_DOCUMENT + 1)) if sent else None,
            done="Proposed. Another person, who may approve or is a compliance officer, decides.",
        )

    def decide(self, request):
        """Agree or disagree with what another person says."""
        back = reverse("admin:payouts_resolution_changelist")
        resolution = _id(Resolution, request.POST.get("resolution"))
        if request.POST.get("decision") == "confirm":
            done = "Confirmed. Payout and books follow it."
            return act(request, back, operations.confirm_resolution, resolution, done=done)
        reason = request.POST.get("reason", "")
        return act(
            request, back, operations.refuse_resolution, resolution, reason=reason, done="Refused; it stays open."
        )

    def document(self, request, public_id):
        """Send the document that proves it, as a download."""
        if not (
            request.user.has_perm("payouts.propose_resolution") or request.user.has_perm("payouts.confirm_resolution")
        ):
            raise PermissionDenied
        resolution = self.row_or_404(public_id, Resolution.objects.exclude(document=None))
        answer = HttpResponse(resolution.read_document(), content_type="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="{resolution.public_id}"'
        return answer


def _id(model, text):
    try:
        return decode(model.id_prefix, text or "")
    except NotAnId:
        return None
