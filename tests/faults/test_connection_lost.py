"""
The server ends a process's connection in the middle of a step, as when it is started anew; the process lives on.

Each case walks the road from the cut-off to the statement, which takes about a second.
"""

from contextlib import closing

import pytest
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from apps.payouts.models import Payout
from tests import factories
from tests.api.conftest import ApiClient, a_payout
from tests.faults.processes import after, at, before, run

FILES = "apps.rails.operations.files"
FOLDER = "apps.rails.transports.folder"
SUBMIT = "apps.payouts.operations.submit"

pytestmark = pytest.mark.slow


def lose_connection():
    server_process = connection.connection.info.backend_pid
    with closing(connection.get_new_connection(connection.get_connection_params())) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [server_process])


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("submit", after("apps.payouts.facts.record")),
        ("submit", after(f"{SUBMIT}._seal")),
        ("submit", after(f"{FILES}._start_handing_over")),
        ("submit", after(f"{FOLDER}.place")),
        ("submit", before("apps.payouts.models.attempt.AttemptQuerySet.move_live")),
        ("answer", after("apps.sandbox.receiving._send_answer")),
        ("answer", after("apps.sandbox.folder._write")),
        ("apply", after("apps.rails.operations.reports.receive_report")),
        ("apply", after(f"{SUBMIT}._report_chunk")),
        ("book", after("apps.sandbox.day._pay")),
        ("take_statement", after("apps.reconciliation.operations.importing.match_open_parts")),
    ],
    ids=str,
)
def test_everything_happens_once(road, step, place):
    def work():
        with pytest.raises((OperationalError, InterfaceError)):
            at(place, lose_connection, getattr(road, step))
        close_old_connections()
        road.go_on()

    road.go_until(step)
    assert run(work) == 0
    road.assert_everything_happened_once()


@pytest.mark.parametrize(
    "place",
    [
        after("apps.partners.authentication.joined_rows"),
        after("apps.payouts.facts.record"),
        after("apps.api.idempotency._store"),
    ],
    ids=str,
)
def test_request_without_its_database_says_so_and_counts_once_when_repeated(platform, place):
    api = ApiClient(factories.key_of(platform)[1])
    body = a_payout()

    def send_twice():
        api.raise_request_exception = False
        refused = at(place, lose_connection, lambda: api.create("/payouts", body, key="the-same"))
        assert (refused.status_code, refused["Retry-After"]) == (503, "2")
        assert refused.json()["type"] == "/problems/database-away"
        close_old_connections()
        api.raise_request_exception = True
        assert api.create("/payouts", body, key="the-same").status_code == 201

    assert run(send_twice) == 0
    assert list(Payout.objects.values_list("reference", flat=True)) == [body["reference"]]
