"""The page of stops: what a stop would affect, stopping, and lifting by two."""

from django.utils.html import escape

from apps.audit.models import InvariantRun
from apps.audit.operations import enter_hold_mode
from apps.core.permissions import SYSTEM
from apps.payouts.operations import create_payouts, stop_sending
from apps.rails.models import Stop
from tests import factories
from tests.doors.conftest import queries_of, text_of, told

PAGE = "/admin/rails/stop/"


def test_the_effect_is_shown_and_nothing_is_made(as_, platform, key, operator):
    create_payouts(platform.pk, [factories.payout_draft(amount=12_345), factories.payout_draft(amount=100)], by=key)
    page = as_(operator).get(PAGE, {"scope": "partner", "value": platform.public_id})
    assert page.context["effect"]["kept"] == [{"status": "scheduled", "currency": "EUR", "count": 2, "amount": 12_445}]
    text = text_of(page)
    assert "Stop platform quillmarket?" in text and "2 scheduled, 124.45 EUR" in text
    assert not Stop.objects.exists()


def test_an_unknown_thing_is_told(as_, operator):
    page = as_(operator).get(PAGE, {"scope": "rail", "value": "pigeon"})
    assert told(page) == "There is no such rail."
    assert "effect" not in page.context


def test_one_person_stops_and_two_lift(as_, operator, approvers, treasurer):
    client = as_(operator)
    answer = client.post(f"{PAGE}open/", {"scope": "everything", "value": "", "reason": "Leak"}, follow=True)
    assert told(answer) == "Stopped. Nothing that it covers leaves."
    stop = Stop.objects.get()
    address = f"{PAGE}{stop.public_id}/"
    assert "Only approvers, compliance officers and treasurers lift stops." in text_of(client.get(address))
    first, second = as_(treasurer), as_(approvers[0])
    first.post(f"{address}propose/", {"reason": "Keys are changed"})
    assert told(first.get(address)) == "Proposed. It stays stopped until somebody else agrees."
    assert told(first.post(f"{address}confirm/", follow=True)) == "You proposed it; somebody else must agree."
    assert Stop.objects.open().exists()
    assert told(second.post(f"{address}confirm/", follow=True)) == "Lifted. What it held leaves now."
    assert not Stop.objects.open().exists()
    assert "Keys are changed" in text_of(client.get(PAGE))


def test_auditor_sees_and_stops_nothing(as_, auditor):
    client = as_(auditor)
    assert "Only operators, approvers, compliance and treasurers stop sending." in text_of(client.get(PAGE))
    client.post(f"{PAGE}open/", {"scope": "everything", "value": "", "reason": "x"})
    assert not Stop.objects.exists()


def test_hold_mode_names_the_bank_accounts_that_are_missing(as_, bank_account, approvers):
    stop = enter_hold_mode(by=SYSTEM, reason="Restored")
    assert f"No statement since it began: {bank_account}" in text_of(as_(approvers[0]).get(f"{PAGE}{stop.public_id}/"))


def test_today_says_that_sending_is_stopped_and_what_is_wrong(as_, operator):
    client = as_(operator)
    assert "Sending is stopped" not in text_of(client.get("/admin/"))
    stop_sending("country", "DE", by=operator, reason="Sanctions & more")
    InvariantRun.objects.create(milliseconds=1, violations=[{"code": "sums", "title": "All sums", "row": {"sum": 3}}])
    page = client.get("/admin/")
    assert "Sending is stopped. Country of the account DE : Sanctions & more" in text_of(page)
    assert "All sums sums sum=3" in text_of(page)
    assert escape("Sanctions & more") in page.content.decode()


def test_the_payout_and_the_recipient_say_it_with_the_reason(as_, platform, key, operator):
    [payout] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    stop_sending("recipient", payout.recipient.public_id, by=operator, reason="Asked by the police")
    client = as_(operator)
    assert "Asked by the police" in text_of(client.get(f"/admin/payouts/payout/{payout.public_id}/"))
    assert "Asked by the police" in text_of(client.get(f"/admin/recipients/recipient/{payout.recipient.public_id}/"))


def test_more_stops_take_no_more_queries(as_, operator):
    client, counts = as_(operator), []
    for codes in (["DE"], ["FR", "NL", "AT", "BE"]):
        for code in codes:
            stop_sending("country", code, by=operator, reason="x")
        counts.append((queries_of(client, PAGE), queries_of(client, "/admin/")))
    assert counts[0] == counts[1]
