from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.http import Http404
from django.urls import reverse
from psycopg.errors import QueryCanceled

from apps.core.admin import ReadOnlyAdmin, act, page_url
from apps.core.database import database_now
from apps.core.ids import NotAnId, decode
from apps.core.text import whole_number
from apps.events.catalog import INTERNAL, PUBLISHED
from apps.events.queries import latest_of, timeline
from apps.payouts import operations, queries
from apps.payouts.admin.buttons import buttons
from apps.payouts.admin.questions import QuestionForm, views_of
from apps.payouts.charges import FEE_STATUSES, fee_status
from apps.payouts.explain import explain
from apps.payouts.listing import BEFORE_LEAVING, TURN_OF, find, how_many
from apps.payouts.models import Payout, SavedView
from apps.payouts.states import State
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS

TABS = (
    ("All", ()),
    ("Wait for people", (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.IN_DOUBT)),
    ("On their way", (State.SCHEDULED, State.SUBMITTING, State.SENT)),
    ("Paid", (State.PAID,)),
    ("Came to nothing", (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED, State.RETURNED)),
)
LONGEST_SECONDS = 3
MOST_DIGITS = 18
"""What is longer is no number of an event."""
ACCOUNT_CLOCK = ("approval", "cut_off", "recall")
"""What ends on the clock of the bank account; all else that is waited for ends on the portal's."""
DONE_AT = {
    "account_confirmation": ("recipients_methodchange", "Changes of account"),
    "approval": ("approvals_request", "Approvals"),
    "evidence": ("payouts_resolution", "In doubt"),
    "hand_over": ("rails_paymentfile", "Bank files"),
    "recall": ("payouts_resolution", "In doubt"),
    "stop": ("rails_stop", "Stops"),
}
"""By what is waited for: the list at which somebody does it, and what the menu calls that."""


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    view_permission = "payouts.view_payout"
    shows_people = True
    page_template = "admin/payouts/payout.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        bank_accounts = list(BankAccount.objects.order_by("name"))
        form = QuestionForm(request.GET, bank_accounts)
        query = form.as_query()
        found, is_late = None, False
        if form.is_valid():
            try:
                found = _found(form.question(), bank_accounts, request.GET)
            except OperationalError as error:
                if not isinstance(error.__cause__, QueryCanceled):
                    raise
                is_late = True
        now = database_now()
        context = {
            "title": "Payouts",
            "form": form,
            "found": found,
            "is_late": is_late,
            "rows": [(payout, _row(payout, now)) for payout in found.rows] if found else [],
            "query": query.urlencode(),
            "chips": form.chosen(),
            "how_many": how_many() if not query else None,
            "tabs": [_tab(title, states, query) for title, states in TABS],
            "views": views_of(request.user, query.urlencode()),
        }
        return self.render(request, "admin/payouts/payouts.html", context)

    def save_view(self, request):
        """Keep what the list was asked under a name."""
        query = request.POST.get("query", "")
        back = f"{reverse('admin:payouts_payout_changelist')}?{query}"
        return act(request, back, operations.save_view, request.POST.get("name", ""), query, done="The view is kept.")

    def remove_view(self, request):
        back = reverse("admin:payouts_payout_changelist")
        try:
            view_id = decode(SavedView.id_prefix, request.POST.get("view", ""))
        except NotAnId as error:
            raise Http404 from error
        return act(request, back, operations.remove_view, view_id, done="The view is removed.")

    def page_view(self, request, public_id):
        # Read first: what happens while the page is made must not pass for shown.
        request.last_event = latest_of([public_id]).get(public_id)
        return super().page_view(request, public_id)

    def page_rows(self, request):
        decisions = ("approval__decisions__person", "approval__decisions__void")
        return Payout.objects.with_payees().select_related("created_by").prefetch_related(*decisions)

    def page_context(self, request, payout):
        may = request.user.has_perm
        possible, explanation = buttons(payout, request.user), explain(payout)
        holds = list(queries.holds_over(payout))
        return {
            "title": f"Payout {payout.reference}",
            "seen": request.last_event.sequence if request.last_event else 0,
            "explanation": _with_places(explanation),
            "charges": explanation["charges"],
            "fee_means": FEE_STATUSES[fee_status(payout)],
            "rail": RAILS[payout.rail],
            "account_now": payout.bank_account.business_now(),
            "account_clock": ACCOUNT_CLOCK,
            "timeline": [(event, (PUBLISHED | INTERNAL).get(event.type, "")) for event in timeline(payout.public_id)],
            "excluded": list(queries.excluded_people([payout.approval]).values()),
            "attempts": queries.attempts_of(payout),
            "entries": queries.entries_of(payout) if may("ledger.view_ledger") else None,
            "matches": payout.matches.select_related("line", "part", "matched_by", "undone_by")
            if may("reconciliation.view_statement")
            else None,
            "deliveries": queries.deliveries_of(payout),
            "holds": holds,
            "side_by_side": queries.side_by_side(payout, holds),
            "conflicts": payout.conflicts.order_by("-pk"),
            "buttons": [button for button in possible if not button.absent],
            "absent": [button for button in possible if button.absent],
        }

    def doors(self):
        return [
            self.door("views/save/", self.save_view, "save_view"),
            self.door("views/remove/", self.remove_view, "remove_view"),
            self.door("<str:public_id>/approve/", self.approve, "approve"),
            self.door("<str:public_id>/reject/", self.reject, "reject"),
            self.door("<str:public_id>/cancel/", self.cancel, "cancel"),
            self.door("<str:public_id>/recall/", self.recall, "recall"),
            self.door("<str:public_id>/hold/", self.hold, "hold"),
            self.door("<str:public_id>/lift/", self.lift, "lift"),
        ]

    def approve(self, request, public_id):
        payout = self.row_or_404(public_id)
        digests, seen = {payout.pk: request.POST.get("digest", "")}, _seen(request, payout)
        return act(
            request, page_url(payout), operations.approve_payouts, [payout.pk], digests=digests, seen=seen, done=_approved
        )  # fmt: skip

    def reject(self, request, public_id):
        return self._with_reason(request, public_id, operations.reject_payouts, "Rejected; what was reserved is free.")

    def cancel(self, request, public_id):
        return self._with_reason(request, public_id, operations.cancel_payouts, "Cancelled; what was reserved is free.")

    def recall(self, request, public_id):
        return self._with_reason(
            request, public_id, operations.request_recalls, "The bank is asked for it; the payout stays as it is."
        )

    def hold(self, request, public_id):
        return self._with_reason(
            request, public_id, operations.hold_payouts, "Held; it stays until the hold is lifted."
        )

    def lift(self, request, public_id):
        return self._with_reason(request, public_id, operations.lift_holds, "The hold is lifted.")

    def _with_reason(self, request, public_id, operation, done):
        payout = self.row_or_404(public_id)
        reason, seen = request.POST.get("reason", ""), _seen(request, payout)
        return act(request, page_url(payout), operation, [payout.pk], reason=reason, seen=seen, done=done)


def _seen(request, payout):
    """Return the number of the last event that the form showed, by id; what cannot be read was not seen."""
    return {payout.pk: whole_number(request.POST.get("seen"), MOST_DIGITS) or 0}


def _found(question, bank_accounts, address):
    """Ask the list; a question that would keep the database busy for long is given up."""
    before, after = (_id_or_none(address.get(name, "")) for name in ("before", "after"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LONGEST_SECONDS}s"])
        return find(question, bank_accounts, before=before, after=after)


def _id_or_none(text):
    try:
        return decode(Payout.id_prefix, text)
    except NotAnId:
        return None


def _row(payout, now) -> dict:
    account_now = payout.bank_account.business_now(now)
    return {
        "turn": TURN_OF.get(payout.status, ""),
        "account_now": account_now if payout.status in BEFORE_LEAVING else None,
        "is_changed": payout.method_version.number > 1,
    }


def _tab(title, states, query) -> dict:
    """Return a tab that shows these states and leaves the other filters as they are."""
    address = query.copy()
    address.pop("state", None)
    if states:
        address["state"] = ",".join(states)
    is_chosen = sorted(query.getlist("state")) == sorted(states)
    return {"title": title, "address": f"?{address.urlencode()}", "is_chosen": is_chosen}


def _approved(payouts) -> str:
    [payout] = payouts
    missing = payout.approval.required - payout.approval.approvals
    if missing:
        return f"Your approval counts; {missing} more {'is' if missing == 1 else 'are'} needed."
    return f"Approved. It is {payout.get_status_display().lower()} now."


def _with_places(explanation) -> dict:
    """Add to what is waited for where people do it; whoever sees a payout sees these lists."""
    for item in explanation["waiting_on"]:
        if item["what"] in DONE_AT:
            model, title = DONE_AT[item["what"]]
            item["done_at"] = {"address": reverse(f"admin:{model}_changelist"), "title": title}
    return explanation
