"""The worker: each step of its jobs is a step of its own, since a worker may die between any two."""

from apps.payouts import jobs
from apps.payouts import operations as payouts
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


@step(1)
def move_waiting(world):
    """Run the job that moves what waits, as the queue does, all its steps in a row."""
    jobs.move_waiting()


@step(2)
def whole_submission(world):
    """Run the job that leads to the bank."""
    jobs.submit_due()


def look_again(world) -> None:
    """Run what leads to the bank and what comes from it once more: where all is at rest, nothing may move."""
    jobs.submit_due()
    jobs.apply_reports()
