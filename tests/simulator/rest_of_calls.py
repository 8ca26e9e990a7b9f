"""The end of a schedule of calls: everybody does what there is to do, and after a last bad day nothing goes wrong."""

from datetime import timedelta

from apps.payouts import jobs
from apps.payouts.models import Attempt
from apps.payouts.states import State
from apps.reconciliation import jobs as reconciliation
from apps.reconciliation.models import StatementLine
from apps.sandbox.models import SentFile
from tests.simulator.actors import bank, caller, doubts, people

LONGEST_LEASE_SECONDS = 60
MOST_TURNS = 12
AWAKE = 0.5
"""How likely it is on a day that workers which have stood still go on."""

SOON = timedelta(hours=2)
WAITING = (State.IN_REVIEW, State.AWAITING_FUNDS)


def work_a_day(world) -> None:
    """Let workers, the bank and people do what is due until nothing is left for today; from tomorrow on all goes well."""
    if world.chance.random() < AWAKE:
        caller.finish_all(world)
    doubts.lift_all(world)
    people.decide_all(world)
    if world.payouts.filter(status__in=WAITING).exists():
        jobs.move_waiting()
        people.decide_all(world)
    world.clock.run(LONGEST_LEASE_SECONDS)
    for _ in range(MOST_TURNS):
        if not _reach_what_is_due(world):
            break
        jobs.call_banks()
    doubts.resolve_all(world)
    bank.work(world)
    bank.everything_arrives(world)
    if SentFile.objects.filter(book=world.bank_account.pk, written_at=None).exists():
        bank.deliver(world)
    if any(bank.outbox(world).glob("*.xml")):
        reconciliation.import_inbox()
    if StatementLine.objects.open().filter(bank_account=world.bank_account).exists():
        reconciliation.match_waiting()
        people.match_all(world)
    world.bank.is_calm = True


def _reach_what_is_due(world) -> bool:
    """Let time pass until the next call about a payment is due; tell whether one is, or a payout is ready to go."""
    if world.payouts.filter(status=State.SCHEDULED).exists():
        return True
    waiting = Attempt.objects.filter(payout__partner=world.platform, next_step_at__lt=world.clock.now + SOON)
    at = waiting.order_by("next_step_at").values_list("next_step_at", flat=True).first()
    if at is None:
        return False
    world.clock.run(max((at - world.clock.now).total_seconds(), 0))
    return True
