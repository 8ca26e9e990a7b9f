"""The worker: each step of its jobs is a step of its own, since a worker may die between any two."""

from apps.payouts import operations as payouts
from apps.payouts.jobs import apply_reports as apply_reports_job
from apps.payouts.jobs import move_waiting, submit_due
from apps.rails import jobs as rails
from apps.reconciliation import jobs as reconciliation
from tests.simulator.actors import step


@step(5)
def start_due(world):
    return payouts.start_due()


@step(5)
def seal_files(world):
    return payouts.seal_files()


@step(5)
def hand_over(world):
    rails.hand_over_files()


@step(5)
def mark_handed_over(world):
    return payouts.mark_handed_over()


@step(4)
def collect_reports(world):
    rails.collect_reports()


@step(4)
def apply_reports(world):
    return payouts.apply_reports()


@step(5)
def import_statements(world):
    reconciliation.import_inbox()


@step(2)
def match_waiting(world):
    reconciliation.match_waiting()


@step(2)
def screen_waiting(world):
    return payouts.screen_waiting()


@step(2)
def fund_waiting(world):
    return payouts.fund_waiting()


@step(1)
def expire_waiting(world):
    return payouts.expire_waiting()


@step(2)
def whole_submission(world):
    """Run the job as the queue does, all its steps in a row."""
    submit_due()


def submit(world) -> None:
    """Do all that leads to the bank."""
    waiting = set(world.payouts.values_list("status", flat=True))
    if waiting & {"in_review", "awaiting_funds"}:
        move_waiting()
    if waiting & {"scheduled", "submitting"}:
        submit_due()


def receive(world) -> None:
    """Do all that comes from the bank; where nothing has come, only what is left from before."""
    apply_reports_job()
    if any((world.bank_account.path / "from_bank").glob("*.xml")):
        reconciliation.import_inbox()
    reconciliation.match_waiting()
