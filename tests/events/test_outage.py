"""A receiver that is away for three days hears everything that was committed meanwhile, in order, and nothing else."""

import json
import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Event
from apps.events.operations import Fact, record
from tests.events.conftest import dispatch, endpoint_of, platform, status

pytestmark = pytest.mark.usefixtures("committed_db")

OUTAGE = timedelta(hours=72)
SUBJECTS = 12


class RolledBack(Exception):
    pass


class Days:
    """Days that pass by moving what waits nearer, since the database's own clock cannot be set."""

    def __init__(self):
        self.passed = timedelta()

    def until_next(self) -> timedelta:
        """Return how long nothing is due."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(greatest(next_at, coalesce(lease_until, next_at)) - clock_timestamp())"
                " FROM events_delivery WHERE status = 'pending'"
            )
            [wait] = cursor.fetchone()
        return max(wait, timedelta()) if wait is not None else timedelta(hours=6)

    def let_pass(self, time: timedelta):
        Delivery.objects.filter(status="pending").update(
            next_at=F("next_at") - time, lease_until=F("lease_until") - time
        )
        self.passed += time


def happen_at_random(chance, partner, committed, rolled_back):
    """Commit some events and roll some back, as transactions of the product end either way."""
    for _ in range(chance.randint(1, 4)):
        subjects = chance.sample(range(SUBJECTS), chance.randint(1, 3))
        fails = chance.random() < 0.3
        try:
            with transaction.atomic():
                last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
                record(
                    "payout.created",
                    [Fact(f"po_{one}", partner.pk, {"id": f"po_{one}"}) for one in subjects],
                    by=SYSTEM,
                )
                made = {event.public_id for event in Event.objects.filter(id__gt=last)}
                if fails:
                    raise RolledBack
        except RolledBack:
            rolled_back |= made
        else:
            committed |= made


@pytest.mark.slow  # some thirty dispatches over a database that commits
@pytest.mark.parametrize("seed", [1, 2])
def test_three_days_without_the_receiver_lose_and_invent_nothing(receiver, another_receiver, seed):
    chance, days = random.Random(seed), Days()
    partner = platform()
    endpoint_of(partner, receiver)
    endpoint_of(partner, another_receiver)
    committed, rolled_back, heard_meanwhile = set(), set(), []

    def down(handler):
        heard_meanwhile.append(days.passed)
        status(503)(handler)

    while days.passed < OUTAGE:
        receiver.answers = [down] * 1_000
        happen_at_random(chance, partner, committed, rolled_back)
        dispatch()
        assert set(another_receiver.ids()) == committed, "who is well hears everything at once"
        days.let_pass(min(days.until_next(), OUTAGE - days.passed) + timedelta(seconds=1))
    tried = len(receiver.received)
    receiver.answers = []
    while Delivery.objects.filter(status="pending").exists():
        days.let_pass(days.until_next() + timedelta(seconds=1))
        dispatch()

    assert len(heard_meanwhile) == tried > 30 and len(committed) > 20 and rolled_back
    heard = [json.loads(one.body) for one in receiver.received[tried:]]
    assert {message["id"] for message in heard} == committed
    assert len(heard) == len(committed), "each once"
    assert not rolled_back & {*receiver.ids(), *another_receiver.ids()}
    for server_heard in (heard, [json.loads(one.body) for one in another_receiver.received]):
        by_subject = {}
        for message in server_heard:
            by_subject.setdefault(message["subject"], []).append(message["sequence"])
        assert all(sequence == list(range(1, len(sequence) + 1)) for sequence in by_subject.values())
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
    assert days.passed < timedelta(hours=100)
