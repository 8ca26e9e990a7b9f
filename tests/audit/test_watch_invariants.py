"""The worker's own check: once a minute, and what it finds stops a rail or everything, once."""

from datetime import timedelta

import pytest
from django.db import Error, connections, transaction

from apps.audit.invariants import Violation
from apps.audit.models import InvariantRun
from apps.audit.operations import confirm_lift, propose_lift, watch_invariants, watching
from apps.rails.models import Stop
from tests.threads import at_once

AT_ONCE = timedelta(0)


@pytest.fixture
def find(db, monkeypatch):
    """Have the next checks find these rows, each (code, row): to break what they find needs the tables' owner."""

    def find(*found):
        violations = [Violation(code, "It holds", row) for code, row in found]
        monkeypatch.setattr(watching, "violations_soonest", lambda: violations)

    return find


def test_a_check_without_findings_stops_nothing(db):
    run = watch_invariants()
    assert (run.violations, Stop.objects.count()) == ([], 0)


def test_it_is_checked_once_a_minute(db):
    assert watch_invariants() is not None
    assert watch_invariants() is None
    assert watch_invariants(every=AT_ONCE) is not None
    assert InvariantRun.objects.count() == 2


def test_workers_at_once_check_once(committed_db):
    assert sum(run is not None for run in at_once(*[watch_invariants] * 4)) == 1


def test_a_check_that_broke_keeps_nobody_from_the_next(committed_db, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(watching, "violations_soonest", lambda: 1 / 0)
        watch_invariants()
    [run] = at_once(watch_invariants)
    assert run.violations == []


def test_a_row_that_names_a_rail_stops_the_rail(find):
    find(("files", {"rail": "sepa_credit_transfer", "message_id": "FIL1"}), ("files", {"rail": "sepa_credit_transfer"}))
    run = watch_invariants()
    [stop] = Stop.objects.all()
    assert (stop.kind, stop.scope, stop.value) == ("invariant", "rail", "sepa_credit_transfer")
    assert stop.reason == "files: It holds. rail=sepa_credit_transfer, message_id=FIL1"
    assert [one["code"] for one in run.violations] == ["files", "files"]


@pytest.mark.parametrize("row", [{"currency": "EUR"}, {"rail": "pigeon"}])
def test_any_other_row_stops_everything(find, row):
    find(("sums", row))
    watch_invariants()
    assert [(stop.scope, stop.value) for stop in Stop.objects.all()] == [("everything", "")]


def test_what_stays_wrong_stops_once_and_not_again_after_people_have_lifted_it(find, approvers):
    find(("sums", {"currency": "EUR"}))
    watch_invariants()
    watch_invariants(every=AT_ONCE)
    stop = Stop.objects.get()
    propose_lift(stop.pk, by=approvers[0], reason="Looked into")
    confirm_lift(stop.pk, by=approvers[1])
    watch_invariants(every=AT_ONCE)
    assert not Stop.objects.open().exists()
    find(("sums", {"currency": "EUR"}), ("gaps", {"subject": "po_1"}))
    watch_invariants(every=AT_ONCE)
    assert Stop.objects.open().get().reason.startswith("gaps")


def test_what_comes_back_stops_again(find, approvers):
    find(("sums", {}))
    watch_invariants()
    stop = Stop.objects.get()
    propose_lift(stop.pk, by=approvers[0], reason="Repaired")
    confirm_lift(stop.pk, by=approvers[1])
    find()
    watch_invariants(every=AT_ONCE)
    find(("sums", {}))
    watch_invariants(every=AT_ONCE)
    assert Stop.objects.open().count() == 1


@pytest.mark.parametrize("alias", ["default", "owner"])
def test_findings_are_kept(committed_db, alias):
    watch_invariants()
    with (
        pytest.raises(Error, match="permission denied|never changed"),
        transaction.atomic(using=alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute("UPDATE audit_invariantrun SET violations = '[]'")
