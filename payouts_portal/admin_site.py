"""The frame around every page of the admin: who is here, where they may go, and how much waits there."""

from collections import Counter

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Value
from django.http import JsonResponse
from django.urls import NoReverseMatch, reverse

from apps.approvals.models import SettingVersion
from apps.compliance.models import Review
from apps.payouts.approving import first_to_decide
from apps.payouts.models import Attempt, Conflict
from apps.rails.models import PaymentFile, StatusReport, Stop
from apps.recipients.models import MethodChange
from apps.reconciliation.in_doubt import unanswered_recalls
from apps.reconciliation.models import StatementLine

MOST_COUNTED = 100

NAVIGATION = (
    ("", (("Today", "wb_twilight", "index", None, None),)),
    (
        "Payouts",
        (
            ("Payouts", "send_money", "payouts_payout_changelist", "payouts.view_payout", None),
            ("Approvals", "how_to_reg", "approvals_request_changelist", "approvals.view_request", "approvals"),
            ("Reviews", "policy", "compliance_review_changelist", "compliance.view_review", "reviews"),
            ("In doubt", "help_center", "payouts_resolution_changelist", "payouts.view_payout", "doubts"),
            ("Recipients", "group", "recipients_recipient_changelist", "recipients.view_recipient", "changes"),
            ("Batches", "stacks", "payouts_batch_changelist", "payouts.view_payout", None),
            ("Stops", "front_hand", "rails_stop_changelist", "payouts.view_payout", "stops"),
        ),
    ),
    (
        "Banks and books",
        (
            ("Bank files", "upload_file", "rails_paymentfile_changelist", "rails.view_file", "files"),
            (
                "To match",
                "join_inner",
                "reconciliation_statementline_changelist",
                "reconciliation.view_statement",
                "lines",
            ),
            (
                "Statements",
                "receipt_long",
                "reconciliation_statement_changelist",
                "reconciliation.view_statement",
                None,
            ),
            ("Ledger", "account_balance", "ledger_account_changelist", "ledger.view_ledger", None),
        ),
    ),
    (
        "Setup",
        (
            ("Platforms", "storefront", "partners_partner_changelist", "partners.view_partner", None),
            ("People", "badge", "users_user_changelist", "users.view_user", None),
            ("Settings", "tune", "approvals_settingversion_changelist", "approvals.view_setting", "settings"),
            ("Watchlists", "shield", "compliance_watchlist_changelist", "compliance.view_review", None),
            ("Audit trail", "history", "events_event_changelist", "events.view_event", None),
        ),
    ),
)
"""Groups of (title, icon, name of the address, permission, what is counted beside it)."""


def navigation(request) -> list[dict]:
    """Return the sidebar as this person may use it, with how much waits there."""
    may_use = {
        permission: permission is None or request.user.has_perm(permission)
        for _, items in NAVIGATION
        for *_, permission, _ in items
    }
    counted = {item[4] for _, items in NAVIGATION for item in items if item[4] and may_use[item[3]]}
    waiting = _count(request.user, sorted(counted))
    groups = []
    for title, items in NAVIGATION:
        allowed = [_item(*item, waiting) for item in items if may_use[item[3]]]
        if present := [item for item in allowed if item]:
            groups.append({"title": title, "items": present})
    return groups


def _item(title, icon, name, permission, counted, waiting):
    try:
        address = reverse(f"admin:{name}")
    except NoReverseMatch:
        return None
    item = {"title": title, "icon": icon, "link": address}
    if count := waiting[counted]:
        item["badge"] = str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
        item["badge_variant"] = "warning"
    return item


def _count(person, names) -> Counter:
    """Count what waits under these names, each kind of rows up to `MOST_COUNTED`, in one statement."""
    kinds = [
        rows.order_by().values_list(Value(name), flat=True)[:MOST_COUNTED]
        for name in names
        for rows in WAITING[name](person)
    ]
    return Counter(kinds[0].union(*kinds[1:], all=True)) if kinds else Counter()


def _approvals(person) -> list:
    return [first_to_decide(person)] if person.has_perm("payouts.approve_payout") else []


def _reviews(person) -> list:
    return [Review.objects.filter(status=Review.Status.OPEN)]


def _files(person) -> list:
    return [PaymentFile.objects.stuck(), StatusReport.objects.parked()]


def _lines(person) -> list:
    return [StatementLine.objects.open()]


def _doubts(person) -> list:
    return [Attempt.objects.in_doubt(), Conflict.objects.open(), unanswered_recalls()]


def _settings(person) -> list:
    if not person.has_perm("approvals.publish_setting"):
        return []
    return [SettingVersion.objects.proposed().exclude(author__in=person.people_behind)]


def _stops(person) -> list:
    return [Stop.objects.open()]


def _changes(person) -> list:
    return [MethodChange.objects.for_second(person)] if person.has_perm("recipients.confirm_method") else []


WAITING = {
    "changes": _changes,
    "approvals": _approvals,
    "doubts": _doubts,
    "settings": _settings,
    "stops": _stops,
    "reviews": _reviews,
    "files": _files,
    "lines": _lines,
}
"""What is counted beside an item of the sidebar: kinds of rows, of those that this person could do something about."""


def environment(request) -> list[str]:
    """Return the label that tells real money from play money, and its tone."""
    if settings.LIVE:
        return ["Live", "danger"]
    return ["Demo", "info"] if settings.DEMO else ["Sandbox", "warning"]


def every_page(request) -> dict:
    """Return what every page may show: on the page to sign in, the people of the demo."""
    if settings.DEMO and not request.user.is_authenticated:
        from apps.sandbox.story.people import PEOPLE

        return {"demo_people": PEOPLE}
    return {}


def no_choices(request) -> JsonResponse:
    """Answer Django's search for choices: no form of the portal makes any, so it finds nothing, whoever asks for whom."""
    return JsonResponse({"results": [], "pagination": {"more": False}})


def icon(request) -> str:
    return staticfiles_storage.url("portal/icon.svg")


def send_once(request) -> str:
    return staticfiles_storage.url("portal/once.js")


def open_by_keys(request) -> str:
    return staticfiles_storage.url("portal/keys.js")


def stylesheet(request) -> str:
    return staticfiles_storage.url("portal/portal.css")
