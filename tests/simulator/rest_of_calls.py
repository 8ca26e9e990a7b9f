"""The end of a schedule of calls: everybody does what there is to do, and after a last bad day nothing goes wrong."""

from datetime import timedelta

from apps.core.statements import ask
from apps.payouts import jobs, operations
from apps.reconciliation import jobs as reconciliation
from tests.simulator.actors import bank, caller, doubts, people
from tests.simulator.work import to_do

LONGEST_LEASE_SECONDS = 60
MOST_TURNS = 12
AWAKE = 0.5
"""How likely it is on a day that workers which have stood still go on."""

SOON = timedelta(hours=2)
_NEXT_STEP = """
SELECT min(next_step_at) FROM payouts_attempt AS attempt JOIN payouts_payout AS payout ON payout.id = payout_id
 WHERE partner_id = %s AND next_step_at < %s
"""
PEOPLE = {"people.decide", "people.approve", "people.lift", "people.match"}
DOUBTS = {"doubts.propose", "doubts.decide_resolution"}
CALLING = {
    "caller.doubt_dead": lambda: operations.doubt_dead(),
    "worker.start_due": lambda: operations.start_due(),
    "caller.claim_sends": lambda: operations.send_calls(),
    "caller.claim_queries": lambda: operations.ask_banks(),
    "caller.ask_recalls": lambda: jobs.ask_recalls(),
}
"""What `jobs.call_banks` and `jobs.ask_recalls` do, by the steps that find out whether there is something to do."""


def work_a_day(world, take) -> None:
    """
    Let workers, the bank and people do what is due until nothing is left for today.

    From tomorrow on the bank does nothing amiss. `take` does one thing for whoever may die at it.
    """
    if world.chance.random() < AWAKE:
        caller.finish_all(world)
    waiting = to_do(world)
    if "doubts.lift_stop" in waiting:
        doubts.lift_all(world)
    if PEOPLE & waiting:
        people.decide_all(world)
    if "worker.move_waiting" in waiting:
        jobs.move_waiting()
        people.decide_all(world)
    world.clock.run(LONGEST_LEASE_SECONDS)
    for _ in range(MOST_TURNS):
        waiting = to_do(world)
        due = [step for step in CALLING if step in waiting]
        for step in due:
            take(step, CALLING[step])
        if not due and not _reach_what_is_due(world):
            break
    if DOUBTS & waiting:
        doubts.resolve_all(world)
    take("bank.work", lambda: bank.work(world))
    bank.everything_arrives(world)
    take("bank.deliver", lambda: bank.deliver(world))
    waiting = to_do(world)
    if "worker.import_statements" in waiting:
        take("worker.import_statements", reconciliation.import_inbox)
        waiting = to_do(world)
    if "worker.match_waiting" in waiting:
        take("worker.match_waiting", reconciliation.match_waiting)
        people.match_all(world)
    world.bank.is_calm = True


def _reach_what_is_due(world) -> bool:
    """Let time pass until the next call about a payment is due; tell whether there is one soon."""
    [(at,)] = ask(_NEXT_STEP, [world.platform.pk, world.clock.now + SOON])
    if at is None:
        return False
    world.clock.run(max((at - world.clock.now).total_seconds(), 0))
    return True
