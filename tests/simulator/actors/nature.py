"""What happens to everybody: time passes, lists change, keys are rotated."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from apps.core.permissions import SYSTEM
from apps.core.statements import ask
from apps.payouts.states import State
from apps.sandbox.banking_days import morning
from apps.sandbox.operations import advance_clock
from tests import factories
from tests.simulator.actors import step

LONGEST_LEASE = timedelta(minutes=1)
LONGEST_PLAN = timedelta(days=30)
_NEXT_RETURN = "SELECT min(return_on) FROM sandbox_order WHERE book_id = %s AND credit_id IS NULL"
_END_LEASES = """
UPDATE rails_paymentfile SET lease_until = lease_until - %s::interval WHERE bank_account_id = %s AND lease_until IS NOT NULL
"""


@step(8, may_crash=False)
def cut_off_comes(world):
    """Let the clock reach the next cut-off."""
    cut_off = min(_cut_offs(world), default=None)
    if cut_off is None or cut_off <= world.now():
        return "no cut-off lies ahead"
    move_clock(world, to=cut_off + timedelta(seconds=1))
    return None


@step(4, may_crash=False)
def time_passes(world):
    """Let hours or days pass."""
    hours = world.chance.choice((1, 5, 24, 24, 72))
    pass_hours(world, hours)
    return f"{hours} hours"


@step(1, may_crash=False)
def a_day_passes(world):
    """Let a day pass."""
    pass_hours(world, 24)


@step(5, may_crash=False)
def leases_end(world):
    """Let so much time pass that a worker which died is no longer waited for."""
    end_leases(world)


@step(2, may_crash=False)
def list_changes(world):
    """Let a recipient of this platform come onto the watchlist, or go off it again."""
    if world.chance.random() > 0.4:
        return "it stays"
    names = sorted({draft.recipient.name for _, drafts in world.asked for draft in drafts} - {factories.LISTED})
    listed = world.chance.choice(names) if names else ""
    load_list(world, listed)
    return listed


@step(1, may_crash=False)
def keys_are_rotated(world):
    """Put a new key in front of the ring, and sign with another secret."""
    number = len(settings.FIELD_KEYS)
    settings.FIELD_KEYS = [(f"simulated{number}", world.chance.randbytes(32)), *settings.FIELD_KEYS]
    settings.SECRET_KEY = world.chance.randbytes(32).hex()


def reach_what_is_next(world) -> None:
    """Let the clock run to the next cut-off, to the next return of money, or else to the next day."""
    now = world.now()
    cut_off = min((at for at in _cut_offs(world) if now < at < now + LONGEST_PLAN), default=None)
    [(return_on,)] = ask(_NEXT_RETURN, [world.bank_account.pk])
    if cut_off:
        move_clock(world, to=cut_off + timedelta(seconds=1))
    elif return_on:
        move_clock(world, to=max(now, morning(return_on)) + timedelta(days=1))
    else:
        pass_hours(world, 24)


def _cut_offs(world) -> list:
    return [payout.cut_off_at for payout in world.all_payouts() if payout.status == State.SCHEDULED]


def pass_hours(world, hours) -> None:
    """Let the bank account's clock run on."""
    move_clock(world, by_seconds=hours * 3600)


def move_clock(world, **how) -> None:
    moved = advance_clock(world.bank_account.pk, by=SYSTEM, **how)
    world.bank_account.clock_offset_seconds = moved.clock_offset_seconds


def end_leases(world) -> None:
    """Let the longest lease of a worker run out."""
    ask(_END_LEASES, [LONGEST_LEASE, world.bank_account.pk])


def load_list(world, listed) -> None:
    """Load a list with one more name."""
    first, _, last = listed.partition(" ")
    more = f'{9100 + world.next_number()},"{last.upper()}, {first}","individual","TESTPROG",' + ",".join(
        ["-0- "] * 7 + [f'"Schedule {world.seed}"\n']
    )
    with TemporaryDirectory() as folder:
        factories.watchlist(Path(folder), sdn=factories._SDN + (more if listed else ""))
