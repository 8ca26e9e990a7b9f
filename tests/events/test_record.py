import uuid

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.events.operations import Fact, record

in_a_transaction = pytest.mark.django_db


def facts(count, subject="po_{}"):
    return [Fact(subject.format(n), None, {"number": n}) for n in range(count)]


@in_a_transaction
def test_sequence_counts_the_events_of_a_subject_without_gaps():
    record("payout.created", [Fact("po_a", None, {}), Fact("po_b", None, {})], by=SYSTEM)
    record("payout.approved", [Fact("po_b", None, {})], by=SYSTEM)
    record("payout.sent", [Fact("po_b", None, {}), Fact("po_a", None, {}), Fact("po_b", None, {})], by=SYSTEM)

    assert list(Event.objects.values_list("subject", "sequence", "type")) == [
        ("po_a", 1, "payout.created"),
        ("po_b", 1, "payout.created"),
        ("po_b", 2, "payout.approved"),
        ("po_b", 3, "payout.sent"),
        ("po_a", 2, "payout.sent"),
        ("po_b", 4, "payout.sent"),
    ]


@in_a_transaction
def test_event_tells_who_did_what_and_what_changed():
    number = uuid.uuid4()
    record("payout.sent", [Fact("po_a", None, {"id": number}, {"status": ["scheduled", "sent"]})], by=SYSTEM)

    event = Event.objects.get()
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("system", "system", "system")
    assert event.data == {"id": str(number)}
    assert event.changes == {"status": ["scheduled", "sent"]}
    assert event.public_id.startswith("evt_")


@in_a_transaction
@pytest.mark.parametrize("count", [1, 10, 1000])
def test_number_of_statements_does_not_grow_with_the_number_of_facts(count):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record("payout.created", facts(count), by=SYSTEM)

    assert len(queries) == 1
    assert Event.objects.count() == count


@in_a_transaction
def test_nothing_to_record_is_no_statement():
    with CaptureQueriesContext(connection) as queries:
        record("payout.created", [], by=SYSTEM)

    assert len(queries) == 0


@in_a_transaction
def test_type_is_a_noun_and_a_past_tense():
    with pytest.raises(DatabaseError), transaction.atomic():
        record("Payout created", facts(1), by=SYSTEM)

    assert not Event.objects.exists()


@in_a_transaction
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET actor_label = 'nobody'",
        "DELETE FROM events_event",
        "TRUNCATE events_event CASCADE",
    ],
)
def test_product_may_not_change_an_event(statement):
    record("payout.created", facts(1), by=SYSTEM)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Event.objects.get().actor_label == "system"


@pytest.mark.slow  # commits, so it makes a fresh database
def test_owner_of_the_tables_may_not_change_an_event_either(committed_db):
    with transaction.atomic():
        record("payout.created", facts(1), by=SYSTEM)
    connection.close()

    for statement in (
        "UPDATE events_event SET actor_label = 'nobody'",
        "DELETE FROM events_event",
        "TRUNCATE events_event CASCADE",
    ):
        with pytest.raises(DatabaseError, match="append-only"), connections["owner"].cursor() as cursor:
            cursor.execute(statement)
    connections["owner"].close()
    assert Event.objects.get().actor_label == "system"


@pytest.mark.slow  # a test in a transaction could not show this; it makes a fresh database
def test_nothing_is_recorded_outside_a_transaction(committed_db):
    with pytest.raises(transaction.TransactionManagementError):
        record("payout.created", facts(1), by=SYSTEM)

    assert not Event.objects.exists()
