"""Changes of account that wait for a second person. The decision moves payouts, so its door is here."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied

from apps.core.admin import ReadOnlyAdmin, act, page_url
from apps.core.database import database_now
from apps.core.ids import NotAnId, decode
from apps.payouts import operations, queries
from apps.payouts.models import Payout
from apps.recipients.models import MethodChange, PayoutMethodVersion, RecipientVersion
from apps.recipients.queries import changed_details

MOST_SHOWN = 50
MOST_ALIKE = 20

_DONE = {
    "confirm": "Confirmed. Money follows the account once it has rested.",
    "refuse": "Refused. Payouts made to it have ended; the account before counts again.",
    "withdraw": "Taken back. Payouts made to it have ended; the account before counts again.",
}


@admin.register(MethodChange)
class MethodChangeAdmin(ReadOnlyAdmin):
    """Where recipients are to be paid from now on, and what a second person said to it."""

    view_permission = "recipients.view_recipient"
    page_template = "admin/recipients/change.html"

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        decided = request.GET.get("show") == "decided"
        rows = _shown(MethodChange.objects.all())
        if decided:
            before = _id_or_none(request.GET.get("before", ""))
            rows = rows.exclude(status=MethodChange.Status.PROPOSED).order_by("-pk")
            rows = rows.filter(pk__lt=before) if before else rows
        else:
            rows = rows.open().order_by("proposed_at", "pk")
        rows = list(rows[: MOST_SHOWN + 1])
        has_more, rows = len(rows) > MOST_SHOWN, rows[:MOST_SHOWN]
        context = {
            "title": "Changes of account",
            "decided": decided,
            "rows": _rows(rows),
            "has_more": has_more,
            "most": MOST_SHOWN,
        }
        return self.render(request, "admin/recipients/changes.html", context)

    def page_rows(self, request):
        return _shown(MethodChange.objects.all())

    def page_context(self, request, change):
        [item] = _rows([change])
        payouts = Payout.objects.filter(recipient=change.method.recipient_id, method_version=change.version_id)
        alike = PayoutMethodVersion.objects.filter(account_index=change.version.account_index)
        alike = alike.exclude(method__recipient=change.method.recipient_id).select_related("method__recipient__partner")
        return item | {
            "title": f"Another account for {item['name']}",
            "payouts": payouts.order_by("-pk")[:MOST_SHOWN],
            "totals": queries.by_status(payouts),
            "paid_before": queries.by_status(
                Payout.objects.filter(recipient=change.method.recipient_id, method_version=item["before"])
            ),
            "alike": alike[:MOST_ALIKE],
            "now": database_now(),
            **_buttons(request.user, change),
        }

    def doors(self):
        return [self.door("<str:public_id>/decide/", self.decide, "decide")]

    def decide(self, request, public_id):
        change = self.row_or_404(public_id)
        decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
        return act(
            request, page_url(change), operations.decide_method_change, change.pk, decision=decision, reason=reason,
            done=_DONE.get(decision),
        )  # fmt: skip


def _shown(changes):
    return changes.select_related("version", "method__recipient__partner", "proposed_by", "decided_by")


def _rows(changes) -> list[dict]:
    """Return changes with what they differ in from the account before, whom they are of, and what waits for them."""
    methods = [change.method_id for change in changes]
    versions = PayoutMethodVersion.objects.filter(method__any_of=methods).select_related("change").order_by("number")
    names = RecipientVersion.objects.current("recipient", [change.method.recipient_id for change in changes])
    waiting = queries.waiting_for_accounts(changes)
    former = {}
    for version in versions:
        for change in changes:
            if change.method_id == version.method_id and version.number < change.version.number and _counted(version):
                former[change.pk] = version
    return [
        {
            "change": change,
            "before": former[change.pk],
            "differs": changed_details(former[change.pk], change.version),
            "name": names[change.method.recipient_id].name,
            "waiting": waiting[change.version_id],
        }
        for change in changes
    ]


def _counted(version) -> bool:
    return version.number == 1 or version.change.status == MethodChange.Status.CONFIRMED


def _buttons(person, change) -> dict:
    """Return which decisions this person may take now, and why not if none."""
    stands_behind = bool(set(person.people_behind) & set(change.excluded))
    may_decide = person.has_perm("recipients.confirm_method") and not stands_behind
    may_withdraw = person.has_perm("recipients.change_method") and stands_behind
    if not change.is_open:
        absent = f"{change.get_status_display()}; a decision is final."
    elif stands_behind:
        absent = "You have proposed it, so an approver decides."
    else:
        absent = "" if may_decide else "An approver who does not stand behind it decides."
    return {
        "may_decide": may_decide and change.is_open,
        "may_withdraw": may_withdraw and change.is_open,
        "absent": absent,
    }


def _id_or_none(text):
    try:
        return decode(MethodChange.id_prefix, text)
    except NotAnId:
        return None
