from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from apps.core.admin import ReadOnlyAdmin, act, page_url
from apps.core.templatetags import portal
from apps.events.catalog import INTERNAL, PUBLISHED
from apps.events.queries import timeline
from apps.payouts import operations, queries
from apps.payouts.admin.buttons import buttons
from apps.payouts.explain import explain
from apps.payouts.models import Payout
from apps.payouts.states import State
from apps.rails.registry import RAILS

TABS = (
    ("All", ()),
    ("Wait for people", (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.IN_DOUBT)),
    ("On their way", (State.SCHEDULED, State.SUBMITTING, State.SENT)),
    ("Paid", (State.PAID,)),
    ("Came to nothing", (State.FAILED, State.REJECTED, State.CANCELLED, State.EXPIRED, State.RETURNED)),
)


class RailFilter(SimpleListFilter):
    title = "rail"
    parameter_name = "rail"

    def lookups(self, request, model_admin):
        return [(name, rail.title) for name, rail in RAILS.items()]

    def queryset(self, request, queryset):
        return queryset.filter(rail=self.value()) if self.value() else queryset


class CutOffFilter(SimpleListFilter):
    title = "cut-off"
    parameter_name = "cut_off"

    def lookups(self, request, model_admin):
        return [("passed", "Passed"), ("today", "In the next 24 hours"), ("later", "Later")]

    def queryset(self, request, queryset):
        return queryset.filter(queries.cut_off_is(self.value())) if self.value() else queryset


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    view_permission = "payouts.view_payout"
    page_template = "admin/payouts/payout.html"
    list_before_template = "admin/payouts/payout_tabs.html"
    list_display = ("what", "who", "platform", "state", "cut_off", "money")
    list_select_related = ("partner", "recipient_version", "method_version", "bank_account", "batch")
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("partner", RelatedDropdownFilter),
        RailFilter,
        CutOffFilter,
    )
    list_filter_submit = True
    paginator = InfinitePaginator
    sortable_by = ()
    search_fields = ("reference",)
    search_help_text = "Id, reference, name or last four"

    def get_search_results(self, request, queryset, search_term):
        return (queries.found(queryset, search_term) if search_term.strip() else queryset), False

    def changelist_view(self, request, extra_context=None):
        chosen = request.GET.get("status__in", "")
        tabs = [
            {"title": title, "value": ",".join(states), "is_chosen": chosen == ",".join(states)}
            for title, states in TABS
        ]
        return super().changelist_view(request, {"tabs": tabs} | (extra_context or {}))

    @display(description="Payout")
    def what(self, payout):
        batch = format_html(" · batch {}", payout.batch.reference) if payout.batch else ""
        return format_html(
            '<span data-id="{}">{}</span><br><small class="pp-subtle">{}{}</small>',
            payout.public_id, payout.reference, portal.public_id(payout), batch,
        )  # fmt: skip

    @display(description="Recipient")
    def who(self, payout):
        return format_html(
            '{}<br><small class="pp-subtle">{}</small>',
            payout.recipient_version.name, payout.method_version.account_masked,
        )  # fmt: skip

    @display(description="Platform")
    def platform(self, payout):
        return payout.partner.name

    @display(description="State")
    def state(self, payout):
        return format_html(
            '{}<br><small class="pp-subtle">{}</small>',
            portal.status(payout.status, payout.get_status_display()), portal.when(payout.status_at),
        )  # fmt: skip

    @display(description="Cut-off")
    def cut_off(self, payout):
        if payout.status not in (*TABS[1][1], State.SCHEDULED):
            return "–"
        return portal.cut_off(payout.cut_off_at, payout.bank_account.business_now(timezone.now()))

    @display(description="Amount")
    def money(self, payout):
        return format_html('<div class="pp-number">{}</div>', portal.money(payout.amount, payout.currency))

    def page_rows(self, request):
        return Payout.objects.with_payees().select_related("created_by").prefetch_related("approval__decisions__person")

    def page_context(self, request, payout):
        may = request.user.has_perm
        possible = buttons(payout, request.user)
        return {
            "title": f"Payout {payout.reference}",
            "explanation": explain(payout),
            "rail": RAILS[payout.rail],
            "account_now": payout.bank_account.business_now(),
            "timeline": [(event, (PUBLISHED | INTERNAL).get(event.type, "")) for event in timeline(payout.public_id)],
            "excluded": list(queries.excluded_people([payout.approval]).values()),
            "attempts": queries.attempts_of(payout),
            "entries": queries.entries_of(payout) if may("ledger.view_ledger") else None,
            "matches": payout.matches.select_related("line", "part", "matched_by", "undone_by")
            if may("reconciliation.view_statement")
            else None,
            "deliveries": queries.deliveries_of(payout),
            "holds": queries.holds_over(payout),
            "conflicts": payout.conflicts.order_by("-pk"),
            "buttons": [button for button in possible if not button.absent],
            "absent": [button for button in possible if button.absent],
        }

    def doors(self):
        return [
            self.door("<str:public_id>/approve/", self.approve, "approve"),
            self.door("<str:public_id>/reject/", self.reject, "reject"),
            self.door("<str:public_id>/cancel/", self.cancel, "cancel"),
            self.door("<str:public_id>/recall/", self.recall, "recall"),
            self.door("<str:public_id>/hold/", self.hold, "hold"),
            self.door("<str:public_id>/lift/", self.lift, "lift"),
        ]

    def approve(self, request, public_id):
        payout = self.row_or_404(public_id)
        digests = {payout.pk: request.POST.get("digest", "")}
        return act(request, page_url(payout), operations.approve_payouts, [payout.pk], digests=digests, done=_approved)

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
        return act(request, page_url(payout), operation, [payout.pk], reason=request.POST.get("reason", ""), done=done)


def _approved(payouts) -> str:
    [payout] = payouts
    missing = payout.approval.required - payout.approval.approvals
    if missing:
        return f"Your approval counts; {missing} more {'is' if missing == 1 else 'are'} needed."
    return f"Approved. It is {payout.get_status_display().lower()} now."
