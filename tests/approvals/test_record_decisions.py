import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.approvals.models import Decision, Request
from apps.approvals.operations import (
    CannotApprove,
    Decided,
    open_requests,
    record_decisions,
    set_policy,
    void_requests,
)
from apps.core.errors import Fault, Invalid, NotFound
from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM

from .conftest import DIGEST, OTHER_DIGEST


def approve(*requests, by, digest=DIGEST):
    return record_decisions([r.pk for r in requests], by=by, digests={r.pk: digest for r in requests})


def refused(*requests, by, **more):
    """Return the codes of the refusal, having seen that nothing was recorded."""
    before = list(Request.objects.values_list("status", "approvals")), Decision.objects.count()
    with pytest.raises(CannotApprove) as refusal, transaction.atomic():
        approve(*requests, by=by, **more)
    assert (list(Request.objects.values_list("status", "approvals")), Decision.objects.count()) == before
    return [fault.code for fault in refusal.value.errors]


def state(request):
    request.refresh_from_db()
    return request.status, request.approvals


def test_one_approval_is_enough_where_one_is_required(cast):
    request = cast.open(required=1)
    assert approve(request, by=cast.first) == Decided(approved=[request.pk], rejected=[], waiting=[])
    assert state(request) == ("approved", 1)
    assert request.decided_at is not None

    decision = Decision.objects.get()
    assert (decision.person, decision.choice, decision.digest) == (cast.first, "approve", DIGEST)


def test_request_waits_until_enough_people_approved(cast):
    request = cast.open(required=2)
    assert approve(request, by=cast.first) == Decided(approved=[], rejected=[], waiting=[request.pk])
    assert state(request) == ("open", 1)
    assert approve(request, by=cast.second) == Decided(approved=[request.pk], rejected=[], waiting=[])
    assert state(request) == ("approved", 2)


def test_one_person_counts_once(cast):
    request = cast.open(required=2)
    approve(request, by=cast.first)
    assert refused(request, by=cast.first) == ["already-decided"]


def test_excluded_people_do_not_decide(cast):
    request = cast.open(excluded=[cast.maker.pk, cast.first.pk])
    assert refused(request, by=cast.first) == ["excluded"]
    assert refused(request, by=cast.maker) == ["excluded"]
    approve(request, by=cast.second)


def test_approval_is_of_the_content_that_was_shown(cast):
    request = cast.open()
    assert refused(request, by=cast.first, digest=OTHER_DIGEST) == ["digest-changed"]
    assert refused(request, by=cast.first, digest=None) == ["digest-changed"]


def test_key_and_system_never_count(cast):
    request = cast.open()
    assert refused(request, by=cast.service) == ["not-a-person"]
    assert refused(request, by=SYSTEM) == ["not-a-person"]


def test_decided_and_void_requests_take_no_decision(cast):
    approved, rejected, void = (cast.open(subject) for subject in ("po_1", "po_2", "po_3"))
    approve(approved, by=cast.first)
    record_decisions([rejected.pk], by=cast.first, digests={}, choice="reject", reason="Wrong amount")
    void_requests([void.pk])

    assert refused(approved, rejected, void, by=cast.second) == ["not-open"] * 3


def test_refusal_names_each_request_and_records_none(cast):
    good, own = cast.open("po_1"), cast.open("po_2", excluded=[cast.first.pk])
    with pytest.raises(CannotApprove) as refusal, transaction.atomic():
        approve(good, own, by=cast.first)

    detail = "Whoever made or last changed this does not decide it."
    assert refusal.value.errors == (Fault("/po_2", "excluded", detail),)
    assert state(good) == ("open", 0)
    assert Decision.objects.count() == 0


def test_one_rejection_rejects(cast):
    request = cast.open(required=2)
    approve(request, by=cast.first)
    outcome = record_decisions([request.pk], by=cast.second, digests={}, choice="reject", reason="Wrong  amount ")

    assert outcome == Decided(approved=[], rejected=[request.pk], waiting=[])
    assert state(request) == ("rejected", 1)
    assert Decision.objects.get(person=cast.second).reason == "Wrong amount"


def test_rejection_needs_a_reason(cast):
    request = cast.open()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        record_decisions([request.pk], by=cast.first, digests={}, choice="reject", reason=" ")
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/reason", "blank")]
    assert state(request) == ("open", 0)


def test_request_that_is_not_there_is_refused(cast):
    with pytest.raises(NotFound), transaction.atomic():
        record_decisions([uuid7()], by=cast.first, digests={})


def test_void_takes_back_an_approval(cast):
    request, rejected = cast.open("po_1"), cast.open("po_2")
    approve(request, by=cast.first)
    record_decisions([rejected.pk], by=cast.first, digests={}, choice="reject", reason="Wrong amount")
    void_requests([request.pk, rejected.pk])
    assert (state(request), state(rejected)) == (("void", 1), ("rejected", 0))


def test_awaiting_lists_what_a_person_may_still_decide(cast):
    undecided, decided, own = cast.open("po_1", 2), cast.open("po_2", 2), cast.open("po_3", 2, [cast.first.pk])
    approve(decided, by=cast.first)
    assert list(Request.objects.awaiting(cast.first)) == [undecided]
    assert set(Request.objects.awaiting(cast.second)) == {undecided, decided, own}


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_number_of_statements_does_not_grow_with_the_set(cast, count):
    set_policy(None, "EUR", [{"up_to": None, "approvals": 1}], by=SYSTEM)
    with CaptureQueriesContext(connection) as opening, transaction.atomic():
        requests = open_requests([cast.draft(f"po_{n}") for n in range(count)]).values()
    with CaptureQueriesContext(connection) as deciding, transaction.atomic():
        outcome = approve(*requests, by=cast.first)

    assert len(outcome.approved) == count
    assert Request.objects.filter(status="approved", approvals=1).count() == count
    assert (statements(opening), statements(deciding)) == (3, 5)


def statements(queries):
    return sum("SAVEPOINT" not in query["sql"] for query in queries)
