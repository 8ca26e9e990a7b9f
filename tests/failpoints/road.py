"""The road from the platform's request to the last webhook, in steps; each is the work of a process of its own."""

import asyncio
import ssl

from apps.core.errors import DomainError
from apps.events.dispatcher import Dispatcher
from apps.payouts import jobs as payouts
from apps.payouts.models import Attempt, Resolution
from apps.payouts.operations import decide as decisions
from apps.payouts.states import State
from apps.reconciliation import jobs as reconciliation
from apps.reconciliation.operations import resolutions
from apps.sandbox import bank
from tests.failpoints import truth
from tests.failpoints.world import LONGEST_LEASE_SECONDS

MOST_ROUNDS = 8
MOST_CALLS = 12
DAY_SECONDS = 24 * 3600
EVIDENCE = "Ms Example of the bank's desk wrote that no such payment is in their books."
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the receiver has none, and the usual one takes long to make


def walk(world, take=lambda step, world: step(world)) -> None:
    """Take step after step until there is nothing left to do, or for so many days; `take` is who takes them."""
    take(ask, world)
    take(approve, world)
    for _ in range(MOST_ROUNDS):
        if world.family == "call":
            _call_until_answered(world, take)
        else:
            _submit_at_cut_off(world, take)
        bank.work()
        take(receive, world)
        if world.family == "call":
            take(decide, world)
        if truth.is_at_rest(world):
            break
        world.let_pass(DAY_SECONDS)
    if world.is_told:
        take(tell, world)
        if world.deliveries.filter(status="pending").exists():
            world.let_pass(LONGEST_LEASE_SECONDS)
            take(tell, world)


def _submit_at_cut_off(world, take):
    """Let the clock come to the cut-off, and the worker be at work while something has not left."""
    waiting = world.payouts.filter(status__in=[State.SCHEDULED, State.SUBMITTING]).order_by("-cut_off_at").first()
    if waiting:
        world.let_pass(world.seconds_until(waiting.cut_off_at))
        take(submit, world)


def _call_until_answered(world, take):
    """Let the worker call and ask, as time passes, until there is nothing to be asked soon."""
    for _ in range(MOST_CALLS):
        take(call, world)
        seconds = world.until_next_call()
        if seconds is None:
            return
        world.let_pass(seconds)


def ask(world):
    """The platform sends its request, and does so again whenever it has heard no answer."""
    answer = world.post()
    if answer.status_code != 201:
        raise RuntimeError(f"a sound request was answered with {answer.status_code}: {answer.content.decode()}")


def approve(world):
    """An approver looks at what waits for one."""
    waiting = {payout.pk: payout.digest for payout in world.payouts.filter(status=State.AWAITING_APPROVAL)}
    if waiting:
        decisions.approve_payouts(waiting, by=world.people["approver"], digests=waiting)


def submit(world):
    """The worker brings what is due to the bank."""
    payouts.submit_due()


def call(world):
    """The worker calls the bank, or asks it."""
    payouts.call_banks()


def receive(world):
    """The worker reads what the bank has sent."""
    if world.family == "file":
        payouts.apply_reports()
    reconciliation.import_inbox()
    reconciliation.match_waiting()


def decide(world):
    """Two people end a doubt that no machine may end, by what the bank's books say."""
    stuck = world.attempts.filter(status=Attempt.Status.IN_DOUBT, raised_at__isnull=False, payout__status="in_doubt")
    for attempt in stuck.select_related("payout"):
        if truth.executions(world, attempt.payout):
            continue  # the statement will show it
        try:
            proposed = attempt.resolutions.filter(
                status=Resolution.Status.PROPOSED
            ).first() or resolutions.propose_resolution(
                attempt.pk, Resolution.Verdict.NOT_PAID, EVIDENCE, by=world.people["treasurer"]
            )
        except DomainError:
            continue  # a statement must be read first
        resolutions.confirm_resolution(proposed.pk, by=world.people["compliance_officer"])


def tell(world):
    """The dispatcher delivers the webhooks that are due."""
    asyncio.run(Dispatcher(poll_seconds=0.01, connections=8, tls=_TLS).run(until_idle=True))
