"""Readers of the event log; the tests with two connections need commits, and a fresh database each."""

import threading

import pytest
from django.db import connection, transaction

from apps.core.permissions import SYSTEM
from apps.core.statements import settle
from apps.events.operations import Fact, record
from apps.events.queries import deliveries, delivery_log, events_of_partner, timeline
from tests.events.conftest import dispatch, endpoint_of, happen, platform, status


@pytest.mark.django_db
def test_timeline_is_in_order():
    partner = platform()
    happen(partner, "po_a", "po_b")
    happen(partner, "po_a", type="payout.paid")

    assert [(event.sequence, event.type) for event in timeline("po_a")] == [(1, "payout.created"), (2, "payout.paid")]


@pytest.mark.django_db
def test_partner_reads_its_own_events_from_a_cursor_on():
    partner, other = platform(), platform("Other Market")
    happen(partner, "po_a", "po_b")
    happen(other, "po_c")
    happen(partner, "po_a", type="payout.paid")

    first = list(events_of_partner(partner.pk)[:2])
    rest = list(events_of_partner(partner.pk, after=first[-1].pk))
    assert [event.subject for event in first] == ["po_a", "po_b"]
    assert [(event.subject, event.type) for event in rest] == [("po_a", "payout.paid")]
    assert list(events_of_partner(partner.pk, types=["payout.paid"])) == rest


class Slow:
    """A transaction in another connection that has recorded an event and takes its time."""

    def __init__(self, partner, subject):
        self.recorded, self.finish, self.roll_back = threading.Event(), threading.Event(), False
        self.thread = threading.Thread(target=self._run, args=[partner, subject])
        self.thread.start()
        assert self.recorded.wait(10)

    def _run(self, partner, subject):
        try:
            with transaction.atomic():
                record("payout.created", [Fact(subject, partner.pk, {})], by=SYSTEM)
                settle()
                self.recorded.set()
                self.finish.wait(10)
                transaction.set_rollback(self.roll_back)
        finally:
            connection.close()

    def end(self, roll_back=False):
        self.roll_back = roll_back
        self.finish.set()
        self.thread.join()


def subjects(partner, after=0):
    return [event.subject for event in events_of_partner(partner.pk, after=after)]


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_event_that_is_committed_late_is_not_skipped():
    partner = platform()
    happen(partner, "po_first")
    slow = Slow(partner, "po_slow")
    happen(partner, "po_fast")
    meanwhile = list(events_of_partner(partner.pk))
    slow.end()

    assert [event.subject for event in meanwhile] == ["po_first"]
    assert subjects(partner, after=meanwhile[-1].pk) == ["po_slow", "po_fast"]


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_event_that_is_rolled_back_holds_nobody_up():
    partner = platform()
    slow = Slow(partner, "po_slow")
    happen(partner, "po_fast")
    assert subjects(partner) == []
    slow.end(roll_back=True)

    assert subjects(partner) == ["po_fast"]


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_readers_in_pages_see_every_event_once_while_many_write():
    partner = platform()
    seen, writers = [], []

    def write(number):
        try:
            for turn in range(15):
                with transaction.atomic():
                    for part in range(3):
                        subject = f"po_{number}_{turn}_{part}"
                        record("payout.created", [Fact(subject, partner.pk, {})], by=SYSTEM)
                    transaction.set_rollback(turn % 5 == 4)
        finally:
            connection.close()

    def read():
        page = list(events_of_partner(partner.pk, after=seen[-1].pk if seen else 0)[:20])
        seen.extend(page)
        return page

    for number in range(4):
        writers.append(threading.Thread(target=write, args=[number]))
        writers[-1].start()
    while any(writer.is_alive() for writer in writers) or read():
        read()

    expected = {f"po_{n}_{turn}_{part}" for n in range(4) for turn in range(15) if turn % 5 != 4 for part in range(3)}
    assert len(seen) == len(expected) == 144
    assert {event.subject for event in seen} == expected


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_delivery_log_shows_each_attempt(receiver):
    partner = platform()
    endpoint, _ = endpoint_of(partner, receiver)
    receiver.answers = [status(500)]
    happen(partner, "po_a", "po_b")
    dispatch()

    assert {one.status for one in deliveries(endpoint_id=endpoint.pk)} == {"pending", "delivered"}
    [failed] = deliveries(partner_id=partner.pk, status="pending")
    assert [attempt.error for attempt in delivery_log(failed.pk)] == ["HTTP 500"]
