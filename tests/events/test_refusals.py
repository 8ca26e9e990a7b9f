"""What was refused stays told, though the operation was rolled back; and no more than is needed."""

import pytest
from django.db import transaction

from apps.core.errors import DomainError, Invalid, PermissionDenied
from apps.core.permissions import require_permission
from apps.core.refusals import note_error
from apps.events.models import Event, HourlyCount
from apps.events.operations import door, forget_counts
from apps.events.operations.refusing import MOST_TOLD
from apps.payouts.operations import stop_sending
from apps.rails.models import Stop


def told():
    return Event.objects.filter(type="access.refused")


def test_a_refusal_outlives_the_transaction_that_is_rolled_back(operator, auditor):
    with (
        pytest.raises(PermissionDenied),
        door("call", action="both", object="", address="192.0.2.1"),
        transaction.atomic(),
    ):
        stop_sending("country", "FR", by=operator, reason="x")
        stop_sending("country", "NL", by=auditor, reason="x")
    assert not Stop.objects.exists() and not Event.objects.filter(type="sending.stopped").exists()
    [event] = told()
    assert (event.actor_id, event.data["action"], event.data["code"], event.data["channel"]) == (
        auditor.public_id,
        "payouts.stop_sending",
        "permission-denied",
        "call",
    )
    assert (event.data["address"], event.data["door"]) == ("192.0.2.1", "both")


def test_of_one_action_so_many_are_told_in_an_hour_and_all_are_counted(auditor):
    for permission in ("payouts.approve_payout", "payouts.create_payout"):
        for _ in range(MOST_TOLD + 3):
            with pytest.raises(PermissionDenied), door("call"):
                require_permission(auditor, permission)
    assert told().count() == 2 * MOST_TOLD
    assert set(HourlyCount.objects.values_list("count", flat=True)) == {MOST_TOLD + 3}
    forget_counts()
    assert HourlyCount.objects.count() == 2  # of this hour


def test_the_same_refusal_in_one_request_is_told_once_and_faults_of_content_are_not(auditor):
    with door("page"):
        note_error(auditor, Invalid("too long"))
        for _ in range(3):
            note_error(auditor, DomainError("no", code="own-proposal"))
    assert [event.data["code"] for event in told()] == ["own-proposal"]


def test_where_no_door_is_open_nothing_is_noted(auditor):
    with pytest.raises(PermissionDenied):
        require_permission(auditor, "payouts.approve_payout")
    assert not told().exists()
