"""People who decide at the same moment: every test commits, so each takes a fresh database (about 0.3 s)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Timer

from django.db import connections, transaction

from apps.approvals.models import Decision, Request, SettingVersion
from apps.approvals.operations import CannotApprove, Decided, SettingDraft, draft_setting, record_decisions, set_policy
from apps.approvals.operations.settings import lock_setting
from apps.core.permissions import SYSTEM

from .conftest import DIGEST, Cast, new_person


def at_once(*calls):
    """Run the calls in threads that start together; return what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            with transaction.atomic():
                return call()
        except CannotApprove as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def approve(request, person):
    return lambda: record_decisions([request.pk], by=person, digests={request.pk: DIGEST})


def reject(request, person):
    return lambda: record_decisions([request.pk], by=person, digests={}, choice="reject", reason="Wrong amount")


def codes(outcomes):
    return [outcome.errors[0].code for outcome in outcomes if isinstance(outcome, CannotApprove)]


def test_two_approvers_at_once_both_count_and_complete_once(committed_db):
    cast = Cast()
    for turn in range(5):
        request = cast.open(f"po_{turn}", required=2)
        outcomes = at_once(approve(request, cast.first), approve(request, cast.second))

        assert Decided([], [], [request.pk]) in outcomes
        assert Decided([request.pk], [], []) in outcomes
    assert set(Request.objects.values_list("status", "approvals")) == {("approved", 2)}


def test_one_person_in_many_sessions_counts_once(committed_db):
    cast = Cast()
    request = cast.open(required=2)
    outcomes = at_once(*[approve(request, cast.first)] * 6)

    assert codes(outcomes) == ["already-decided"] * 5
    assert Request.objects.get().approvals == Decision.objects.count() == 1


def test_third_approver_comes_too_late(committed_db):
    cast = Cast()
    request = cast.open(required=2)
    outcomes = at_once(*[approve(request, person) for person in (cast.first, cast.second, cast.third)])

    assert codes(outcomes) == ["not-open"]
    assert Request.objects.get().approvals == Decision.objects.count() == 2


def test_approval_against_rejection_has_one_outcome(committed_db):
    cast = Cast()
    for turn in range(5):
        request = cast.open(f"po_{turn}", required=1)
        outcomes = at_once(approve(request, cast.first), reject(request, cast.second))

        assert codes(outcomes) == ["not-open"]
        decision = Decision.objects.get(request=request)
        request.refresh_from_db()
        assert (request.status, decision.choice) in {("approved", "approve"), ("rejected", "reject")}


def test_sets_in_opposite_order_do_not_wait_in_a_circle(committed_db):
    cast = Cast()
    requests = [cast.open(f"po_{n}", required=2) for n in range(20)]
    digests = {request.pk: DIGEST for request in requests}
    ids = list(digests)
    outcomes = at_once(
        lambda: record_decisions(ids, by=cast.first, digests=digests),
        lambda: record_decisions(ids[::-1], by=cast.second, digests=digests),
    )
    assert sorted(len(outcome.approved) for outcome in outcomes) == [0, 20]


def test_two_first_policies_at_once_become_two_versions(committed_db):
    Cast()
    bands = [{"up_to": None, "approvals": 1}]
    at_once(*[lambda: set_policy(None, "EUR", bands, by=SYSTEM)] * 4)

    assert sorted(SettingVersion.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


def test_a_policy_that_a_command_sets_waits_for_whoever_publishes_one_and_holds_nothing_meanwhile(committed_db):
    """Whoever publishes locks the setting first, and then what tells that settings have changed."""
    Cast()
    policy = set_policy(None, "EUR", [{"up_to": None, "approvals": 1}], by=SYSTEM)
    locked, waiting = Event(), Event()

    draft = SettingDraft(policy.kind, policy.content, None, "EUR", reason="Larger orders")
    treasurer = new_person("tor", "treasurer")

    def publish():
        with transaction.atomic():
            lock_setting(policy)
            locked.set()
            waiting.wait(5)
            draft_setting(draft, by=treasurer)
        connections.close_all()

    def set_other():
        locked.wait(5)
        Timer(0.3, waiting.set).start()
        set_policy(None, "EUR", [{"up_to": None, "approvals": 2}], by=SYSTEM)
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for outcome in [pool.submit(publish), pool.submit(set_other)]:
            outcome.result(timeout=10)
    assert SettingVersion.objects.published().count() == 2
