"""The whole road costs as many SQL statements for a thousand payouts as for ten. Takes seconds: it pays 1,600 people."""

import time

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from apps.audit.invariants import violations
from apps.core.permissions import SYSTEM
from apps.payouts.jobs import apply_reports, submit_due
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, create_batch
from apps.rails.models import PaymentFile
from apps.rails.operations import receive_report
from apps.reconciliation.operations import import_bank_file
from tests import bank_files, factories
from tests.clocks import reach_cut_off
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank

FUNDED = 200_000_000


@pytest.fixture
def road(platform, key, bank_account, approvers):
    """Pay a batch of so many people; return the number of statements of each step."""
    factories.policy((None, 1), platform=platform)
    factories.fund(platform, bank_account, FUNDED - 10_000_000)
    bank = Bank(bank_account)
    bank.state_notified()

    def pay(size, booked):
        steps = {}

        def counted(name, call):
            with CaptureQueriesContext(connection) as captured:
                result = call()
            steps[name] = len(captured)
            return result

        drafts = [factories.payout_draft(amount=1000 + n) for n in range(size)]
        batch, payouts = counted("create", lambda: create_batch(platform.pk, f"B{size}{booked}", drafts, by=key))
        digests = {payout.pk: payout.digest for payout in payouts}
        counted("approve", lambda: approve_payouts(list(digests), by=approvers[0], digests=digests))
        reach_cut_off(bank_account, payouts)
        counted("submit", submit_due)
        file = PaymentFile.objects.order_by("-pk").first()
        report = bank_files.status_report(file.message_id, group="ACCP")
        counted("receive report", lambda: receive_report(report, "report.xml", bank_account.pk))
        counted("apply report", apply_reports)
        content = bank.write(entries(payouts, booked))
        counted("import", lambda: import_bank_file(content, "statement.xml", by=SYSTEM))
        assert set(Payout.objects.filter(batch=batch).values_list("status", flat=True)) == {"paid"}
        return steps

    yield pay


def entries(payouts, booked):
    """Return what the bank books for the payouts: one entry with details, or one entry each."""
    details = [Tx(payout.net, payout.end_to_end_id) for payout in payouts]
    if booked == "as one batch":
        return [Ntry(-sum(payout.net for payout in payouts), details, reference=f"R{len(payouts)}")]
    return [Ntry(-tx.amount, [tx], reference=f"R{len(payouts)}-{n}") for n, tx in enumerate(details)]


@pytest.mark.run_once
@pytest.mark.parametrize(
    ("booked", "fee_paid_by", "size"),
    [
        ("as one batch", None, 200),
        ("singly", None, 1000),
        ("as one batch", "platform", 200),
        ("singly", "recipient", 200),
    ],
)
def test_many_payouts_cost_the_statements_of_ten(road, platform, booked, fee_paid_by, size):
    if fee_paid_by:
        factories.fees(platform=platform, fixed=25, basis_points=90, paid_by=fee_paid_by)
    road(3, booked)  # fills what a process loads once
    few, many = road(10, booked), road(size, booked)
    assert many == few
    vacuum()
    started = time.monotonic()
    assert violations() == []
    assert time.monotonic() - started < 10, "the plan of the invariants does not hold for many payouts"


def vacuum():
    """Let the planner believe that all tables are empty: what vacuum finds of a transaction that goes on."""
    parameters = connections["owner"].get_connection_params()
    parameters = {
        name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters
    }
    with psycopg.connect(**parameters, autocommit=True) as owner:
        owner.execute("VACUUM (TRUNCATE FALSE)")  # truncation would wait for the test
