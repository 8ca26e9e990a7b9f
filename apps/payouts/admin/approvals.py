from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from apps.approvals.models import Request
from apps.core.admin import ReadOnlyAdmin, act
from apps.core.database import database_now
from apps.core.ids import NotAnId, decode
from apps.payouts import operations, queries
from apps.payouts.admin.buttons import buttons
from apps.payouts.models import Payout

MOST_SHOWN = 100
ORDERS = {
    "cut_off": ("Cut-off", ("cut_off_at", "-amount", "id")),
    "amount": ("Amount", ("-amount", "cut_off_at", "id")),
    "age": ("Age", ("approval__opened_at", "id")),
}


@admin.register(Request)
class ApprovalQueue(ReadOnlyAdmin):
    """Payouts that wait for approval: looked at one by one, decided one by one or many at once."""

    view_permission = "approvals.view_request"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        mine = request.user.has_perm("payouts.approve_payout") and request.GET.get("show") != "all"
        order = request.GET.get("order", "")
        order = order if order in ORDERS else "cut_off"
        waiting = queries.awaiting_approval(person=request.user if mine else None)
        shown = list(waiting.order_by(*ORDERS[order][1])[: MOST_SHOWN + 1])
        is_cut_off, shown = len(shown) > MOST_SHOWN, shown[:MOST_SHOWN]
        context = {
            "title": "Approvals",
            "rows": _rows(shown, request.user),
            "totals": _totals(shown),
            "is_cut_off": is_cut_off,
            "most": MOST_SHOWN,
            "mine": mine,
            "may_decide": request.user.has_perm("payouts.approve_payout"),
            "order": order,
            "orders": [(name, title) for name, (title, _) in ORDERS.items()],
        }
        return self.render(request, "admin/approvals/queue.html", context)

    def doors(self):
        return [self.door("decide/", self.decide, "decide")]

    def decide(self, request):
        """Approve or reject every payout that was ticked, all of them or none."""
        back = reverse("admin:approvals_request_changelist")
        try:
            digests = dict(_ticked(value) for value in request.POST.getlist("payout"))
        except NotAnId:
            messages.error(request, "One of these is no payout. Nothing was decided.")
            return redirect(back)
        if not digests:
            messages.error(request, "Tick at least one payout. Nothing was decided.")
            return redirect(back)
        if request.POST.get("decision") == "approve":
            return act(request, back, operations.approve_payouts, list(digests), digests=digests, done=_approved)
        if request.POST.get("decision") == "reject":
            reason = request.POST.get("reason", "")
            return act(request, back, operations.reject_payouts, list(digests), reason=reason, done=_rejected)
        messages.error(request, "Choose to approve or to reject. Nothing was decided.")
        return redirect(back)


def _ticked(value):
    """Read a ticked box: the payout's id and the digest of the content that was shown."""
    public_id, _, digest = value.partition(":")
    return decode(Payout.id_prefix, public_id), digest


def _rows(payouts, person) -> list[dict]:
    now = database_now()
    history = queries.history_with({payout.recipient_id for payout in payouts})
    names = queries.excluded_people([payout.approval for payout in payouts])
    rows = []
    for payout in payouts:
        approve = next(button for button in buttons(payout, person) if button.name == "approve")
        rows.append(
            {
                "payout": payout,
                "account_now": payout.bank_account.business_now(now),
                "missing": payout.approval.required - payout.approval.approvals,
                "history": history.get(payout.recipient_id),
                "is_changed": payout.method_version.number > 1,
                "excluded": [names[pk] for pk in payout.approval.excluded if pk in names],
                "absent": approve.absent,
            }
        )
    return rows


def _totals(payouts) -> dict[str, int]:
    sums = {}
    for payout in payouts:
        sums[payout.currency] = sums.get(payout.currency, 0) + payout.amount
    return sums


def _approved(payouts) -> str:
    complete = sum(payout.approval.status == Request.Status.APPROVED for payout in payouts)
    waiting = len(payouts) - complete
    parts = [f"{complete} approved and on their way"] if complete else []
    parts += [f"{waiting} with your approval still need somebody else's"] if waiting else []
    return "; ".join(parts) + "."


def _rejected(payouts) -> str:
    return f"{len(payouts)} rejected; what was reserved is free."
