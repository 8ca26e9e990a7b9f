"""Time for a schedule of calls: it passes for the portal and the bank alike."""

from apps.payouts.evidence import BACK_OFF_SECONDS
from tests.simulator.actors import step

DAY = 24 * 3600


@step(12, may_crash=False)
def seconds_pass(world):
    """Let seconds pass, such as calls take and leases last."""
    return run(world, world.chance.choice((1, 3, 6, 12, 13, 30)))


@step(10, may_crash=False)
def next_step_comes(world):
    """Let so much time pass that the next call of an attempt is due, or a little less."""
    return run(world, world.chance.choice(BACK_OFF_SECONDS[:5]) - world.chance.choice((0, 0, 1)))


@step(3, may_crash=False)
def hours_pass(world):
    """Let windows close, horizons pass and days end."""
    return run(world, world.chance.choice((60, 150, 700, 3600, 3600, 6 * 3600, DAY)))


def run(world, seconds):
    world.clock.run(seconds)
    return f"{seconds} seconds, {world.now():%d %b %H:%M:%S}"


def next_day(world) -> None:
    """Let a day pass, so that its statement comes and whatever waits is due."""
    world.clock.run(DAY)
