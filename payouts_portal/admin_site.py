"""The frame around every page of the admin: who is here, where they may go, and how much waits there."""

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import JsonResponse
from django.urls import NoReverseMatch, reverse

from apps.approvals.models import SettingVersion
from apps.compliance.models import Review
from apps.payouts.approving import awaiting_approval
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
    """Return the sidebar as this person may use it."""
    groups = []
    for title, items in NAVIGATION:
        allowed = [_item(request, *item) for item in items if item[3] is None or request.user.has_perm(item[3])]
        if present := [item for item in allowed if item]:
            groups.append({"title": title, "items": present})
    return groups


def _item(request, title, icon, name, permission, counted):
    try:
        address = reverse(f"admin:{name}")
    except NoReverseMatch:
        return None
    item = {"title": title, "icon": icon, "link": address}
    if counted and (count := COUNTS[counted](request.user)):
        item["badge"] = str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
        item["badge_variant"] = "warning"
    return item


def _approvals(person) -> int:
    if not person.has_perm("payouts.approve_payout"):
        return 0
    return awaiting_approval(person=person).order_by()[:MOST_COUNTED].count()


def _reviews(person) -> int:
    return Review.objects.filter(status=Review.Status.OPEN)[:MOST_COUNTED].count()


def _files(person) -> int:
    stuck, parked = PaymentFile.objects.stuck(), StatusReport.objects.parked()
    return stuck[:MOST_COUNTED].count() + parked[:MOST_COUNTED].count()


def _lines(person) -> int:
    return StatementLine.objects.open()[:MOST_COUNTED].count()


def _doubts(person) -> int:
    rows = (Attempt.objects.in_doubt(), Conflict.objects.open(), unanswered_recalls())
    return sum(one[:MOST_COUNTED].count() for one in rows)


def _settings(person) -> int:
    if not person.has_perm("approvals.publish_setting"):
        return 0
    return SettingVersion.objects.proposed().exclude(author__in=person.people_behind).count()


def _stops(person) -> int:
    return Stop.objects.open().count()


def _changes(person) -> int:
    if not person.has_perm("recipients.confirm_method"):
        return 0
    return MethodChange.objects.for_second(person)[:MOST_COUNTED].count()


COUNTS = {
    "changes": _changes,
    "approvals": _approvals,
    "doubts": _doubts,
    "settings": _settings,
    "stops": _stops,
    "reviews": _reviews,
    "files": _files,
    "lines": _lines,
}


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
