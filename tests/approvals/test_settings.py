"""Settings that are money: drafted by one person, published by another one, and never changed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from apps.approvals.models import SettingVersion
from apps.approvals.operations import (
    CannotChangeSetting,
    CannotPublish,
    SettingDraft,
    change_draft,
    draft_setting,
    open_requests,
    propose_setting,
    publish_setting,
    refuse_setting,
    set_absence,
    set_policy,
    withdraw_setting,
)
from apps.approvals.policies import form, lines, read
from apps.core.database import database_now
from apps.core.errors import Invalid, PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.partners.models import Partner
from apps.users.models import RoleAssignment

from .conftest import new_person


def band(up_to, approvals):
    return {"up_to": up_to, "approvals": approvals}


def draft(*bands, partner=None, currency="EUR", reason="Larger orders", **details):
    return SettingDraft("approval_policy", {"bands": list(bands)}, partner, currency, reason=reason, **details)


@pytest.fixture
def people(cast):
    cast.treasurer, cast.administrator = new_person("tor", "treasurer"), new_person("adm", "administrator")
    return cast


def proposed(cast, *bands, **details):
    version = draft_setting(draft(*bands, **details), by=cast.treasurer)
    return propose_setting(version.pk, by=cast.treasurer)


def test_one_person_proposes_and_another_one_publishes(people):
    version = draft_setting(draft(band(100, 0), band(None, 2)), by=people.treasurer)
    change_draft(version.pk, {"bands": [band(None, 1)]}, by=people.treasurer, reason="One is enough")
    propose_setting(version.pk, by=people.treasurer)
    assert open_requests([people.draft("po_1")])["po_1"].policy["version"] == 0, "nothing holds by a proposal"

    published = publish_setting(version.pk, by=people.officer)

    assert (published.version, published.replaces, published.begins_at) == (1, 0, published.decided_at)
    assert (published.author, published.decided_by) == (people.treasurer, people.officer)
    request = open_requests([people.draft("po_2")])["po_2"]
    assert request.policy == {"policy": version.public_id, "version": 1, "bands": [band(None, 1)]}
    assert list(Event.objects.order_by("id").values_list("type", "actor_label", "partner_id")) == [
        ("setting.drafted", "Tor", None),
        ("setting.changed", "Tor", None),
        ("setting.proposed", "Tor", None),
        ("setting.published", "Olu", None),
    ]
    with pytest.raises(CannotChangeSetting, match="published already"):
        publish_setting(version.pk, by=people.administrator)


def test_nobody_publishes_alone(people):
    version = draft_setting(draft(band(None, 1)), by=people.officer)
    propose_setting(version.pk, by=people.officer)
    with pytest.raises(CannotPublish) as refusal, transaction.atomic():
        publish_setting(version.pk, by=people.officer)
    assert refusal.value.code == "own-setting"
    with pytest.raises(CannotChangeSetting, match="take it back"), transaction.atomic():
        refuse_setting(version.pk, by=people.officer, reason="No")
    for person in (people.treasurer, people.first, people.maker, people.service, SYSTEM):
        with pytest.raises(PermissionDenied), transaction.atomic():
            publish_setting(version.pk, by=person)
    for person in (people.first, people.maker, people.service):
        with pytest.raises(PermissionDenied), transaction.atomic():
            draft_setting(draft(band(None, 0)), by=person)
    with pytest.raises(PermissionDenied), transaction.atomic():
        set_policy(None, "EUR", [band(None, 0)], by=people.officer)
    assert SettingVersion.objects.get().status == "proposed"
    assert publish_setting(version.pk, by=people.administrator).version == 1


def test_whoever_approves_payouts_has_no_say_in_how_many_must(people):
    RoleAssignment.objects.create(user=people.officer, role="approver")
    version = proposed(people, band(None, 1))
    people.officer.__dict__.pop("roles", None)
    with pytest.raises(CannotPublish) as refusal, transaction.atomic():
        publish_setting(version.pk, by=people.officer)
    assert refusal.value.code == "own-policy"
    own = draft_setting(draft(band(None, 0), currency="USD"), by=people.officer)
    with pytest.raises(CannotPublish), transaction.atomic():
        propose_setting(own.pk, by=people.officer)
    assert not SettingVersion.objects.published().exists()


def test_a_version_holds_from_its_time_on_and_the_one_before_until_then(people):
    later = database_now() + timedelta(days=3)
    set_policy(None, "EUR", [band(None, 1)], by=SYSTEM)
    version = publish_setting(proposed(people, band(None, 2), begins_at=later).pk, by=people.officer)

    assert (version.version, version.begins_at) == (2, later)
    assert open_requests([people.draft("po_1")])["po_1"].required == 1
    assert open_requests([people.draft("po_2")], now=later)["po_2"].required == 2
    assert [row.version for row in SettingVersion.objects.coming(database_now())] == [2]


def test_one_version_waits_at_a_time_and_stale_ones_are_not_published(people):
    waiting = proposed(people, band(None, 2))
    second = draft_setting(draft(band(None, 3)), by=people.officer)
    with pytest.raises(CannotChangeSetting, match="waits for a second person"), transaction.atomic():
        propose_setting(second.pk, by=people.officer)
    with pytest.raises(CannotChangeSetting), transaction.atomic():
        set_policy(None, "EUR", [band(None, 1)], by=SYSTEM)
    refuse_setting(waiting.pk, by=people.officer, reason="Two are too few")
    propose_setting(second.pk, by=people.officer)
    withdraw_setting(second.pk, by=people.officer)
    assert list(SettingVersion.objects.order_by("id").values_list("status", "decided_reason")) == [
        ("refused", "Two are too few"),
        ("withdrawn", ""),
    ]
    with pytest.raises(CannotChangeSetting), transaction.atomic():
        change_draft(second.pk, {"bands": [band(None, 1)]}, by=people.officer, reason="Again")
    with pytest.raises(CannotChangeSetting, match="Somebody else"), transaction.atomic():
        withdraw_setting(draft_setting(draft(band(None, 1)), by=people.officer).pk, by=people.treasurer)


def test_a_policy_needs_as_many_people_present_as_it_asks_for(people):
    now = database_now()
    assert proposed(people, band(100, 1), band(None, 3), currency="USD").is_proposed
    version = draft_setting(draft(band(100, 1), band(None, 4)), by=people.treasurer)
    with pytest.raises(CannotPublish, match="4 approvals, and 3 active people") as refusal, transaction.atomic():
        propose_setting(version.pk, by=people.treasurer)
    assert refusal.value.code == "no-chain-of-people"

    waiting = proposed(people, band(None, 3))
    set_absence(people.third.pk, now, now + timedelta(days=2), by=people.third)
    with pytest.raises(CannotPublish, match=r"3 approvals, and 2 active people may approve then \(1 more away\)"):
        publish_setting(waiting.pk, by=people.officer)
    withdraw_setting(waiting.pk, by=people.treasurer)
    later = proposed(people, band(None, 3), begins_at=now + timedelta(days=3))
    assert publish_setting(later.pk, by=people.officer).is_published, "everybody is back by then"


def test_a_command_of_the_installation_is_alone_only_where_no_money_is_real(people):
    set_policy(None, "EUR", [band(None, 1)], by=SYSTEM)
    live = Partner.objects.create(name="Real", mode="live", service_user=new_person("real", None, "service"))
    for partner in (None, live.pk):
        assert set_policy(partner, "EUR", [band(None, 0)], by=SYSTEM).is_proposed
    assert set_policy(people.partner.pk, "EUR", [band(None, 0)], by=SYSTEM).is_published
    waiting = SettingVersion.objects.proposed().get(partner=None)
    with pytest.raises(DatabaseError, match="published by a second person"), transaction.atomic():
        _forge(waiting, "decided_by_id = NULL")
    assert publish_setting(waiting.pk, by=people.officer).version == 2


@pytest.mark.parametrize(
    ("bands", "faults"),
    [
        ("none", [("/bands", "bands-format")]),
        ([], [("/bands", "bands-format")]),
        ([band(None, 1)] * 21, [("/bands", "bands-format")]),
        ([{"approvals": 1}], [("/bands/0", "band-format")]),
        ([band(100, 1)], [("/bands/0/up_to", "last-band-open")]),
        ([band(None, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(0, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(1.5, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(None, True)], [("/bands/0/approvals", "approvals-format")]),
        ([band(None, 11)], [("/bands/0/approvals", "approvals-format")]),
        ([band(None, -1)], [("/bands/0/approvals", "approvals-format")]),
        ([band(9, 0), band(9, 1), band(None, 1)], [("/bands/1/up_to", "bands-order")]),
        ([band(9, 2), band(None, 1)], [("/bands/1/approvals", "bands-order")]),
        (
            [band(9, 99), band(8, -1), band(7, 1)],
            [("/bands/0/approvals", "approvals-format"), ("/bands/1/approvals", "approvals-format"),
             ("/bands/2/up_to", "last-band-open")],
        ),
    ],
)  # fmt: skip
def test_bands_that_make_no_sense_are_refused_with_every_fault(cast, bands, faults):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        set_policy(None, "EUR", bands, by=SYSTEM)
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == faults
    assert SettingVersion.objects.count() == 0


def test_what_a_setting_is_for_is_checked(people):
    past = database_now() - timedelta(minutes=1)
    wrong = SettingDraft("approval_policy", {"bands": [band(None, 1)]}, people.service.pk, "EURO", "TARGET")
    for one, codes in [
        (SettingDraft("lunch", {}, reason="Why"), ["unknown-setting"]),
        (wrong, ["unknown-currency", "unknown-partner", "not-for-this-setting", "blank"]),
        (draft(band(None, 1), begins_at=past), ["not-in-the-future"]),
    ]:
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            draft_setting(one, by=people.treasurer)
        assert [fault.code for fault in refusal.value.errors] == codes
    assert not SettingVersion.objects.exists()


def _forge(version, change):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE approvals_settingversion SET status = 'published', version = replaces + 1, decided_at = now(), "
            f"begins_at = now(), {change} WHERE id = %s",
            [version.pk],
        )


def test_the_database_keeps_two_people_and_what_was_published(people):
    version = proposed(people, band(None, 1))
    for change, match in [
        ("decided_by_id = author_id", "published by a second person"),
        ("decided_by_id = NULL", "published by a second person"),
        (f"decided_by_id = '{people.service.pk}'", "published by a second person"),
        (f"decided_by_id = '{people.first.pk}'", "does not set how many must"),
        (f"decided_by_id = '{people.officer.pk}', content = '{{}}'", "replaced by a new version"),
        (f"decided_by_id = '{people.officer.pk}', author_id = NULL", "replaced by a new version"),
    ]:
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            _forge(version, change)
    publish_setting(version.pk, by=people.officer)
    for statement in (
        "UPDATE approvals_settingversion SET content = '{}'",
        "UPDATE approvals_settingversion SET begins_at = begins_at + interval '1 day'",
        "UPDATE approvals_settingversion SET status = 'withdrawn'",
        "DELETE FROM approvals_settingversion",
    ):
        with (
            pytest.raises(DatabaseError, match="replaced by a new version"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="replaced by a new version"), transaction.atomic():
        SettingVersion.objects.create(kind="approval_policy", content={}, reason="x", status="published", version=9)


def test_a_form_says_what_the_policy_says():
    bands = {"bands": [band(100_00, 0), band(1000_00, 1), band(None, 2)]}
    filled = {field.name: field.value for row in form("EUR", bands) for field in row}
    assert (filled["up_to_1"], filled["approvals_1"], filled["approvals_rest"]) == ("1000.00", "1", "2")
    assert read("EUR", filled) == bands
    assert lines("EUR", bands) == [
        ("Up to 100.00 EUR", "nobody: approved by this policy alone"),
        ("More than 100.00 EUR, up to 1,000.00 EUR", "1 approver"),
        ("More than 1,000.00 EUR", "2 different approvers"),
    ]
    with pytest.raises(Invalid) as refusal:
        read(
            "EUR", {"up_to_0": "1,000", "approvals_0": "1", "up_to_1": "5.00", "approvals_1": "x", "approvals_rest": ""}
        )
    assert [fault.pointer for fault in refusal.value.errors] == [
        "/bands/0/up_to",
        "/bands/1/approvals",
        "/bands/rest/approvals",
    ]
