import pytest
from django.db import DatabaseError, transaction

from apps.approvals.models import Request, SettingVersion
from apps.approvals.operations import open_requests, set_policy
from apps.core.database import database_now
from apps.core.permissions import SYSTEM

BANDS = [{"up_to": 100_00, "approvals": 0}, {"up_to": 1000_00, "approvals": 1}, {"up_to": None, "approvals": 2}]


@pytest.mark.parametrize(
    ("amount", "required", "status"),
    [
        (1, 0, "approved"),
        (100_00, 0, "approved"),
        (100_01, 1, "open"),
        (1000_00, 1, "open"),
        (1000_01, 2, "open"),
        (10**15, 2, "open"),
    ],
)
def test_band_of_the_amount_says_how_many_approve(cast, amount, required, status):
    set_policy(None, "EUR", BANDS, by=SYSTEM)
    request = open_requests([cast.draft(amount=amount)])["po_1"]

    request.refresh_from_db()
    assert (request.required, request.status, request.approvals) == (required, status, 0)
    assert (request.decided_at is None) == (status == "open")


@pytest.mark.parametrize(("before", "required"), [(50_00, 0), (50_01, 1), (950_00, 1), (950_01, 2)])
def test_an_amount_counts_with_what_came_before_it(cast, before, required):
    set_policy(None, "EUR", BANDS, by=SYSTEM)
    request = open_requests([cast.draft(amount=50_00, amount_before=before, parts=["po_0"])])["po_1"]

    request.refresh_from_db()
    assert (request.amount, request.counted, request.parts) == (50_00, 50_00 + before, ["po_0"])
    assert request.required == required


def test_request_keeps_the_policy_it_was_opened_with(cast):
    policy = set_policy(None, "EUR", BANDS, by=SYSTEM)
    request = open_requests([cast.draft()])["po_1"]
    set_policy(None, "EUR", [{"up_to": None, "approvals": 3}], by=SYSTEM)

    request.refresh_from_db()
    assert request.policy == {"policy": policy.public_id, "version": 1, "bands": BANDS}
    assert request.required == 1


def test_own_policy_of_the_partner_wins_over_the_default(cast):
    set_policy(None, "EUR", [{"up_to": None, "approvals": 2}], by=SYSTEM)
    assert open_requests([cast.draft("po_1")])["po_1"].required == 2
    set_policy(cast.partner.pk, "EUR", [{"up_to": None, "approvals": 0}], by=SYSTEM)
    assert open_requests([cast.draft("po_2")])["po_2"].required == 0


def test_policy_of_another_currency_says_nothing(cast):
    set_policy(None, "USD", [{"up_to": None, "approvals": 0}], by=SYSTEM)
    request = open_requests([cast.draft()])["po_1"]
    assert (request.required, request.policy["version"]) == (1, 0)


def test_without_policy_one_approval_is_needed(cast):
    now = database_now()
    request = open_requests([cast.draft()], now=now)["po_1"]
    assert (request.required, request.status, request.opened_at) == (1, "open", now)
    assert request.policy == {"policy": None, "version": 0, "bands": [{"up_to": None, "approvals": 1}]}


def test_no_drafts_open_nothing(cast):
    assert open_requests([]) == {}


def test_subject_has_one_live_request(cast):
    open_requests([cast.draft()])
    with pytest.raises(DatabaseError, match="approvals_request_one_live"), transaction.atomic():
        open_requests([cast.draft()])
    assert Request.objects.count() == 1
    assert SettingVersion.objects.count() == 0
