"""
Workers that call the bank: each may stop between claiming, calling and recording while others go on.

A caller that stands still past its lease is a zombie, and it goes on all the same.
"""

from apps.payouts import jobs
from apps.payouts import operations as payouts
from apps.payouts.models import Attempt
from apps.payouts.operations import calls
from tests.simulator.actors import step

MOST_CALLERS = 3


@step(10)
def claim_sends(world):
    """Let a worker take what is to be sent."""
    return _begin(world, Attempt.Step.SEND)


@step(10)
def claim_queries(world):
    """Let a worker take what is to be asked about."""
    return _begin(world, Attempt.Step.QUERY)


@step(24)
def go_on(world):
    """Let a worker make its calls, or write down what came of them; where none is at it, one begins."""
    if not world.callers:
        return _begin(world, world.chance.choice(list(Attempt.Step)))
    return _go_on(world, world.chance.choice(world.callers))


@step(6)
def doubt_dead(world):
    return payouts.doubt_dead()


@step(6)
def ask_recalls(world):
    """Tell the bank what is asked back, and ask what it says to that."""
    jobs.ask_recalls()


@step(5)
def whole_calling(world):
    """Run the job as the queue does, all its steps in a row."""
    jobs.call_banks()


def finish_all(world) -> None:
    """Let every worker end what it has begun, however late."""
    while world.callers:
        _go_on(world, world.callers[0])


def _begin(world, step_):
    if len(world.callers) == MOST_CALLERS:
        return "all workers are at it"
    caller = _working(world, step_)
    world.callers.append(caller)
    return _go_on(world, caller)


def _go_on(world, caller):
    """Let a worker go on to its next boundary; one that has ended or died is gone."""
    world.bank.wire.said.clear()
    world.callers.remove(caller)
    said = next(caller, "done")
    if said != "done":
        world.callers.append(caller)
    return said


def _working(world, step_):
    """Do what `calls._work` does once, with a stop at each boundary."""
    begun, claimed = world.clock.monotonic(), calls._claim(step_)
    if claimed is None:
        return
    issued_at, attempts = claimed
    names = ", ".join(attempt.payout.reference for attempt in attempts)
    if not attempts:
        return
    yield f"claimed {names}"
    answered = calls._call(step_, attempts, begun)
    outcomes = ", ".join(answer.outcome for _, answer in answered)
    yield f"{names}: {outcomes} ({', '.join(world.bank.wire.said)})"
    calls._record(step_, issued_at, answered)
