"""The road from the platform's request to the last webhook, walked again by whoever comes after a process that died."""

import asyncio

from apps.core.errors import DomainError
from apps.events.dispatcher import Dispatcher
from apps.payouts import jobs as payouts
from apps.payouts.models import Attempt, Resolution
from apps.payouts.operations import approve_payouts
from apps.payouts.states import State
from apps.reconciliation import jobs as reconciliation
from apps.reconciliation.operations import confirm_resolution, propose_resolution
from apps.sandbox import bank
from tests.failpoints import truth

MOST_ROUNDS = 8
MOST_CALLS = 12
DAY_SECONDS = 24 * 3600
EVIDENCE = "Ms Example of the bank's desk wrote that no such payment is in their books."


def walk(world) -> None:
    """Let everybody do what there is to do until nothing is left, or for so many days."""
    ask(world)
    for _ in range(MOST_ROUNDS):
        approve(world)
        if world.family == "call":
            call_until_answered(world)
        elif seconds := world.until_cut_off():
            world.let_pass(seconds)
        payouts.submit_due()
        bank.work()
        receive(world)
        people_decide(world)
        tell(world)
        if truth.is_at_rest(world):
            return
        world.let_pass(DAY_SECONDS)


def ask(world) -> None:
    """Send the platform's request; it does so again whenever it has heard no answer."""
    answer = world.post()
    if answer.status_code != 201:
        raise RuntimeError(f"a sound request was answered with {answer.status_code}: {answer.content.decode()}")


def approve(world) -> None:
    """Let an approver look at what waits for one."""
    waiting = {payout.pk: payout.digest for payout in world.payouts.filter(status=State.AWAITING_APPROVAL)}
    if waiting:
        approve_payouts(waiting, by=world.people["approver"], digests=waiting)


def call_until_answered(world) -> None:
    """Let the worker call and ask, as time passes, until there is no more to be asked soon."""
    for _ in range(MOST_CALLS):
        payouts.call_banks()
        seconds = world.until_next_call()
        if seconds is None:
            return
        world.let_pass(seconds)


def receive(world) -> None:
    """Read what the bank has sent."""
    if world.family == "file":
        payouts.apply_reports()
    reconciliation.import_inbox()
    reconciliation.match_waiting()


def people_decide(world) -> None:
    """Let two people end a doubt that no machine may end, by what the bank's books say."""
    stuck = world.attempts.filter(status=Attempt.Status.IN_DOUBT, raised_at__isnull=False, payout__status="in_doubt")
    for attempt in stuck.select_related("payout"):
        if truth.executions(world, attempt.payout):
            continue  # the statement will show it
        try:
            proposed = attempt.resolutions.filter(status=Resolution.Status.PROPOSED).first() or propose_resolution(
                attempt.pk, Resolution.Verdict.NOT_PAID, EVIDENCE, by=world.people["treasurer"]
            )
        except DomainError:
            continue  # a statement must be read first
        confirm_resolution(proposed.pk, by=world.people["compliance_officer"])


def tell(world) -> None:
    """Deliver the webhooks that are due."""
    asyncio.run(Dispatcher(poll_seconds=0.01, connections=8).run(until_idle=True))
