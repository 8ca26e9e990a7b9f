from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse

from apps.approvals.models import Request
from apps.core.admin import ReadOnlyAdmin, act, tell_refusal
from apps.core.database import database_now
from apps.core.errors import DomainError
from apps.core.ids import NotAnId, decode
from apps.events.queries import latest_of
from apps.payouts import approving, operations, queries
from apps.payouts.admin.buttons import buttons
from apps.payouts.explain import duplicates
from apps.payouts.models import Payout
from apps.users.sent_forms import changes_nothing

MOST_SHOWN = 50
LIST_SECONDS = 900
"""How long a list that was put together can be confirmed."""
_SALT = "payouts.approvals.list"


@admin.register(Request)
class ApprovalQueue(ReadOnlyAdmin):
    """
    Payouts that wait for approval. Whoever decides ticks rows, sees the list with its sums once more, and confirms it.

    What is confirmed is a signed list: these payouts with this content as of these events, for this person.
    """

    view_permission = "approvals.view_request"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_decide = request.user.has_perm("payouts.approve_payout")
        show = request.GET.get("show", "")
        mine = may_decide and show not in ("all", "people")
        context = {"title": "Approvals", "may_decide": may_decide, "mine": mine, "show": show}
        if show == "people":
            context |= {"people": approving.held_by_people(database_now()), "holds": approving.held_by_holds()}
            return self.render(request, "admin/approvals/people.html", context)
        order = request.GET.get("order", "")
        order = order if order in approving.ORDERS else "urgency"
        now = database_now()
        waiting = approving.awaiting_approval(person=request.user if mine else None)
        shown = approving.first_in_order(waiting, order, now, MOST_SHOWN + 1)
        is_cut_off, shown = len(shown) > MOST_SHOWN, shown[:MOST_SHOWN]
        context |= {
            "rows": _rows(shown, request.user, now),
            "totals": _totals(shown),
            "stands_in_for": approving.stands_in_for(request.user, now) if may_decide else [],
            "is_cut_off": is_cut_off,
            "most": MOST_SHOWN,
            "order": order,
            "orders": [(name, title) for name, (title, _) in approving.ORDERS.items()],
        }
        return self.render(request, "admin/approvals/queue.html", context)

    def doors(self):
        decide = self.admin_site.admin_view(self.decide)  # looked at again, it leads back to the queue
        return [
            path("decide/", decide, name="approvals_request_decide"),
            self.door("confirm/", self.confirm, "confirm"),
        ]

    @changes_nothing
    def decide(self, request):
        """Put the ticked payouts together as a list to confirm; nothing is decided yet, so no second factor is asked for."""
        if request.method != "POST":
            return redirect("admin:approvals_request_changelist")
        if not request.user.has_perm("payouts.approve_payout"):
            raise PermissionDenied
        try:
            ticked, decision, reason = _asked(request.POST)
        except DomainError as refusal:
            tell_refusal(request, refusal)
            return redirect("admin:approvals_request_changelist")
        now, last = database_now(), latest_of(list(ticked))
        ids = [decode(Payout.id_prefix, key) for key in ticked]
        found = approving.as_shown(approving.awaiting_approval().filter(pk__any_of=ids))
        payouts = list(found.order_by("cut_off_at", "-amount", "id"))
        refused = _why_not_all(payouts, ticked, request.user)
        if refused:
            tell_refusal(request, CannotList(refused))
            return redirect("admin:approvals_request_changelist")
        signed = [(payout.public_id, payout.digest, _sequence(last, payout)) for payout in payouts]
        content = {"person": request.user.public_id, "decision": decision, "reason": reason, "payouts": signed}
        context = {
            "title": "Approve these?" if decision == "approve" else "Reject these?",
            "rows": _rows(payouts, request.user, now),
            "totals": _totals(payouts),
            "decision": decision,
            "reason": reason,
            "list": signing.dumps(content, salt=_SALT, compress=True),
            "minutes": LIST_SECONDS // 60,
        }
        return self.render(request, "admin/approvals/confirm.html", context)

    def confirm(self, request):
        """Approve or reject every payout of a signed list, all of them or none."""
        back = reverse("admin:approvals_request_changelist")
        try:
            content = signing.loads(request.POST.get("list", ""), salt=_SALT, max_age=LIST_SECONDS)
        except signing.BadSignature:
            tell_refusal(
                request, CannotList("This list is too old, or is none. Nothing was decided; tick the payouts again.")
            )
            return redirect(back)
        if content["person"] != request.user.public_id:
            tell_refusal(
                request,
                CannotList("Somebody else put this list together. Nothing was decided; tick the payouts yourself."),
            )
            return redirect(back)
        rows = [(decode(Payout.id_prefix, key), digest, number) for key, digest, number in content["payouts"]]
        ids, seen = [pk for pk, _, _ in rows], {pk: number for pk, _, number in rows}
        if content["decision"] == "reject":
            reason = content["reason"]
            return act(request, back, operations.reject_payouts, ids, reason=reason, seen=seen, done=_rejected)
        digests = {pk: digest for pk, digest, _ in rows}
        return act(request, back, operations.approve_payouts, ids, digests=digests, seen=seen, done=_approved)


class CannotList(DomainError):
    """What was ticked makes no list to decide."""

    code = "cannot-list"
    title = "Nothing was decided"


def _asked(form):
    """Return what was ticked as digests by public id, the decision and the reason."""
    decision, reason = form.get("decision"), form.get("reason", "").strip()
    try:
        ticked = dict(_ticked(value) for value in form.getlist("payout"))
    except NotAnId as error:
        raise CannotList("One of these is no payout. Nothing was decided; tick the payouts again.") from error
    if not ticked:
        raise CannotList("Tick at least one payout. Nothing was decided.")
    if len(ticked) > MOST_SHOWN:
        raise CannotList(f"Tick at most {MOST_SHOWN} payouts. Nothing was decided.")
    if decision not in ("approve", "reject"):
        raise CannotList("Choose to approve or to reject. Nothing was decided.")
    if decision == "reject" and not reason:
        raise CannotList("Give a reason. Nothing was decided.")
    return ticked, decision, reason


def _ticked(value):
    """Read a ticked box: the payout's public id and the digest of the content that was shown."""
    public_id, _, digest = value.partition(":")
    decode(Payout.id_prefix, public_id)
    return public_id, digest


def _why_not_all(payouts, ticked, person) -> str:
    """Say why these cannot be decided together by this person, or nothing."""
    if len(payouts) < len(ticked):
        gone = sorted(ticked.keys() - {payout.public_id for payout in payouts})
        few = ", ".join(gone[:3]) + (" …" if len(gone) > 3 else "")
        verb = "waits" if len(gone) == 1 else "wait"
        return f"{len(gone)} of {len(ticked)} no longer {verb} for approval: {few}. Nothing was decided; tick the others again."
    for payout in payouts:
        if absent := _approve_button(payout, person).absent:
            return f"{payout.reference}: {absent} Nothing was decided, of the others neither."
        if payout.digest != ticked[payout.public_id]:
            return f"{payout.reference}: The content is not what you were shown. Nothing was decided; look at it again."
    return ""


def _approve_button(payout, person):
    return next(button for button in buttons(payout, person) if button.name == "approve")


def _sequence(last, payout) -> int:
    event = last.get(payout.public_id)
    return event.sequence if event else 0


def _rows(payouts, person, now) -> list[dict]:
    history = approving.paid_before(payouts)
    names = queries.excluded_people([payout.approval for payout in payouts])
    rows = []
    for payout in payouts:
        paid = history.get((payout.recipient_id, payout.currency))
        rows.append(
            {
                "payout": payout,
                "account_now": payout.bank_account.business_now(now),
                "missing": payout.approval.required - payout.approval.approvals,
                "history": paid,
                "is_many": paid and paid["count"] == approving.MOST_PAID,
                "compared": approving.compared(payout.amount, paid),
                "duplicates": duplicates(payout),
                "is_changed": payout.method_version.number > 1,
                "excluded": [names[pk] for pk in payout.approval.excluded if pk in names],
                "absent": _approve_button(payout, person).absent,
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
