"""Settings that are money, from a draft to what holds; and who is away."""

from datetime import timedelta
from urllib.parse import urlencode

from apps.approvals.models import Absence, SettingVersion
from apps.core.database import database_now
from apps.core.ids import encode
from apps.events.models import Event
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.visits import Visitor

SETTINGS = "/admin/approvals/settingversion/"
ABSENCES = "/admin/approvals/absence/"


def page_of(version):
    return f"{SETTINGS}{encode('set', version.pk)}/"


def test_a_policy_is_drafted_looked_at_and_published_by_another_person(platform, key, approvers, treasurer, auditor):
    create_payouts(
        platform.pk, [factories.payout_draft(amount=amount) for amount in (50_000, 200_000, 1_000_001)], by=key
    )
    author, officer = Visitor(treasurer), Visitor(factories.person("compliance_officer", "Olu Officer"))
    place = {"kind": "approval_policy", "partner": platform.public_id, "currency": "EUR", "name": ""}
    page = author.open(f"{SETTINGS}new/?kind=approval_policy&partner={platform.public_id}&currency=EUR")
    assert 'name="up_to_0" value="1000.00"' in page and 'name="approvals_rest" value="2"' in page

    wrong = place | {"up_to_0": "1,000", "approvals_0": "0", "approvals_rest": "3", "reason": "Growth"}
    page = author.press(f"{SETTINGS}new/", **wrong)
    assert "1,000: Digits with a point" in page and 'value="1,000"' in page and 'value="Growth"' in page
    assert SettingVersion.objects.count() == 1, "the policy of the platform, and no draft"

    page = author.press(f"{SETTINGS}new/", **wrong | {"up_to_0": "400.00"})
    version = SettingVersion.objects.get(status="draft")
    for part in ("The draft is kept", "Holds now (version 1)", "Up to 400.00 EUR", "More than 400.00 EUR, up to 1,000.00 EUR", "3 different approvers",
                 "3 of 3 approvers could decide"):  # fmt: skip
        assert part in page
    counted = page[page.index('id="preview"') :]
    assert (
        '3 approvals</td><td class="pp-number">3</td><td class="pp-number">3</td><td class="pp-number">2</td>'
        in counted
    )
    assert "Only its author changes it" in officer.press(f"{page_of(version)}draft/", reason="x")
    assert "Somebody else has written it" in officer.press(f"{page_of(version)}propose/")

    assert "Proposed." in author.press(f"{page_of(version)}propose/")
    assert "Waits for a second person" in Visitor(auditor).open(SETTINGS)
    assert "approvals.publish_setting" in author.press(f"{page_of(version)}publish/")
    page = officer.press(f"{page_of(version)}publish/")
    assert "Published. It holds from now on" in page and "Holds now" in page
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=50_000)], by=key)
    assert (payout.approval.required, payout.approval.policy["version"]) == (3, 2)

    before = officer.count_queries(SETTINGS)
    for currency in ("USD", "CHF", "JPY"):
        draft = author.press(
            f"{SETTINGS}new/", **place | {"currency": currency, "approvals_rest": "1", "reason": "New"}
        )
        assert "The draft is kept" in draft
        author.press(f"{page_of(SettingVersion.objects.get(status='draft'))}propose/")
    assert officer.count_queries(SETTINGS) == before
    waiting = SettingVersion.objects.proposed().first()
    page = officer.press(f"{page_of(waiting)}refuse/", reason="Not yet")
    assert "Refused; nothing has changed." in page and "Not yet" in page
    Visitor(factories.person("auditor")).open(f"{SETTINGS}new/", expect=403)


def test_every_kind_of_setting_has_a_form(platform, treasurer, auditor):
    visitor = Visitor(treasurer)
    sepa = "sepa_credit_transfer"
    for place, entered, said in [
        (
            {"kind": "rail_limits", "name": sepa, "currency": "EUR"},
            {"minimum": "1.00", "maximum": "5000.00"},
            "5,000.00 EUR",
        ),
        ({"kind": "cut_offs", "name": sepa}, {"time_0": "10:00", "time_1": "13:30"}, "13:30"),
        (
            {"kind": "closed_days", "name": "TARGET"},
            {"day_0": "2027-06-01", "why_0": "The bank moves"},
            "Tue 1 Jun 2027",
        ),
        ({"kind": "platform_limits", "currency": "EUR"}, {"single": "100.00", "daily": ""}, "at most 100.00 EUR"),
    ]:
        visitor.open(f"{SETTINGS}new/?{urlencode(place)}")
        page = visitor.press(f"{SETTINGS}new/", **place, **entered, reason="As agreed", begins_at="2099-01-31T15:00")
        assert said in page and "31 Jan 2099, 15:00 UTC" in page
    for wrong, told in [
        ({"kind": "cut_offs", "name": "pigeon"}, "Choose one of: SEPA credit transfer."),
        ({"kind": "rail_limits", "name": sepa, "currency": "euro"}, "Write a currency, such as EUR."),
        ({"kind": "cut_offs", "name": sepa, "time_0": "10:00", "begins_at": "soon"}, "Write the time as"),
        ({"kind": "cut_offs", "name": sepa, "time_0": "10:00", "begins_at": "2020-01-01"}, "Give a time in the future"),
    ]:
        assert told in visitor.press(f"{SETTINGS}new/", **wrong)
    assert SettingVersion.objects.filter(status="draft").count() == 4
    assert "1 Jun 2027" not in Visitor(auditor).open(SETTINGS), "drafts are their author's"


def test_people_say_that_they_are_away(platform, key, approvers, treasurer, administrator):
    ann, bo, cy = approvers
    create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=key)
    visitor, today = Visitor(ann), database_now().date()
    away = {"first": today.isoformat(), "last": (today + timedelta(days=6)).isoformat(), "delegate": bo.public_id}

    def away_with(**other):
        return visitor.press(f"{ABSENCES}set/", **away | other)

    assert "It ends after it begins." in away_with(last="2026-01-01")
    assert "Give the day it begins" in away_with(first="soon")
    assert "366 days at most" in away_with(last="2099-12-31")
    assert "holds none of the roles of Ann Approver (Approver)" in away_with(delegate=treasurer.public_id)
    assert "Nobody stands in for themselves." in away_with(delegate=ann.public_id)
    assert "users.manage_roles" in away_with(person=cy.public_id, delegate=bo.public_id)
    assert not Absence.objects.exists()
    assert "It ends by itself." in away_with()
    assert "in that time already" in away_with()

    page = Visitor(bo).open("/admin/approvals/request/")
    assert "You look after this for <strong>Ann Approver</strong>" in page and "for Ann Approver" in page
    assert "Bo Approver stands in" in Visitor(bo).open("/admin/approvals/request/?show=people")
    assert "without enough approvers present" not in Visitor(bo).open("/admin/")
    page = Visitor(administrator).press(f"{ABSENCES}set/", **away | {"person": cy.public_id, "delegate": ""})
    assert "Noted." in page
    for person in (bo, administrator):
        assert "payout without enough approvers present" in Visitor(person).open("/admin/")

    absence = Absence.objects.get(person=cy)
    address = f"{ABSENCES}{encode('abs', absence.pk)}/end/"
    assert "users.manage_roles" in Visitor(bo).press(address)
    assert "back again" in Visitor(cy).press(address)
    assert "It is over already." in Visitor(administrator).press(address)
    assert "without enough approvers present" not in Visitor(bo).open("/admin/")
    assert list(Event.objects.filter(type__startswith="absence").order_by("id").values_list("type", "actor_label")) == [
        ("absence.set", "Ann Approver"), ("absence.set", administrator.name), ("absence.ended", "Cy Approver"),
    ]  # fmt: skip
