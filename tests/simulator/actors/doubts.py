"""People who stop sending and let it go on, and two who end a doubt, having asked the bank what it did."""

from contextlib import suppress

from apps.audit.operations import confirm_lift, propose_lift
from apps.core.statements import joined_rows, rows_where
from apps.payouts.errors import CannotResolve
from apps.payouts.models import Attempt, Payout, Resolution
from apps.payouts.operations import stop_sending
from apps.rails.models import Stop
from apps.reconciliation.operations import confirm_resolution, propose_resolution, refuse_resolution
from tests.simulator.actors import step

EVIDENCE = "The bank's desk has looked into its log and has read out what stands there."

_IN_DOUBT = """
FROM payouts_attempt JOIN payouts_payout ON payouts_payout.id = payout_id
WHERE partner_id = %s AND (payouts_attempt.status = 'in_doubt' OR raised_at IS NOT NULL AND next_step <> '')
ORDER BY payouts_attempt.id
"""
_PROPOSED = """
FROM payouts_resolution
JOIN payouts_attempt ON payouts_attempt.id = payouts_resolution.attempt_id
JOIN payouts_payout ON payouts_payout.id = payouts_attempt.payout_id
WHERE payouts_resolution.status = 'proposed' AND partner_id = %s
ORDER BY payouts_resolution.id
"""


@step(2)
def stop(world):
    """Stop the platform, its bank account or one recipient."""
    payouts = world.all_payouts()
    if not payouts:
        return "there is nothing to stop"
    scope, row = world.chance.choice(
        (
            (Stop.Scope.PARTNER, world.platform.public_id),
            (Stop.Scope.BANK_ACCOUNT, world.bank_account.public_id),
            (Stop.Scope.RECIPIENT, world.chance.choice(payouts).payee["recipient"]["id"]),
        )
    )
    stop_sending(scope, row, by=world.people["operator"][0], reason="Something looks wrong")
    return scope.label


@step(5)
def lift_stop(world):
    """Propose to lift a stop, or agree to it."""
    stops = _stops()
    return _lift(world, world.chance.choice(stops)) if stops else "nothing is stopped"


@step(6)
def propose(world):
    """Say what became of a payment in doubt."""
    attempts = _doubts(world)
    return _propose(world, world.chance.choice(attempts)) if attempts else "nothing is in doubt"


@step(6)
def decide_resolution(world):
    """Agree with what somebody says, unless the bank says otherwise by now; now and then disagree for no reason."""
    proposed = _proposed(world)
    if not proposed:
        return "nothing is proposed"
    return _decide(world, world.chance.choice(proposed), agrees=world.chance.random() < 0.8)


def lift_all(world) -> None:
    """Let two people lift every stop of this schedule."""
    for open_stop in _stops():
        if open_stop.lift_proposed_at is None:
            _lift(world, open_stop)
        _lift(world, Stop.objects.get(pk=open_stop.pk))


def resolve_all(world) -> None:
    """Let two people end every doubt that can be ended by now."""
    for resolution in _proposed(world):
        _decide_if_possible(world, resolution)
    for attempt in _doubts(world):
        if attempt.raised_at is None:
            continue
        with suppress(CannotResolve):  # too early, or a statement must come first
            _propose(world, attempt)
    for resolution in _proposed(world):
        _decide_if_possible(world, resolution)


def _decide_if_possible(world, resolution):
    try:
        _decide(world, resolution, agrees=True)
    except CannotResolve:
        refuse_resolution(resolution.pk, by=_second(world), reason="It is another matter by now")


def _propose(world, attempt):
    verdict = _truth(world, attempt)
    propose_resolution(attempt.pk, verdict, EVIDENCE, by=world.people["treasurer"][0])
    return f"{attempt.payout.reference} {verdict}"


def _decide(world, resolution, agrees):
    name = f"{resolution.attempt.payout.reference} {resolution.verdict}"
    if not agrees or _truth(world, resolution.attempt) != resolution.verdict:
        refuse_resolution(resolution.pk, by=_second(world), reason="The bank tells me something else")
        return f"{name}: no"
    confirm_resolution(resolution.pk, by=_second(world))
    return f"{name}: yes"


def _lift(world, open_stop):
    first, second = world.people["treasurer"][0], _second(world)
    if open_stop.lift_proposed_at is None:
        propose_lift(open_stop.pk, by=first, reason="It was nothing")
        return f"{open_stop} is proposed"
    confirm_lift(open_stop.pk, by=second)
    return f"{open_stop} goes on"


def _truth(world, attempt):
    paid = world.bank.executions(attempt.payout.end_to_end_id)
    return Resolution.Verdict.PAID if paid else Resolution.Verdict.NOT_PAID


def _second(world):
    return world.people["approver"][0]


def _doubts(world):
    doubts = []
    for attempt, payout in joined_rows((Attempt, Payout), _IN_DOUBT, [world.platform.pk]):
        attempt.payout = payout
        doubts.append(attempt)
    return doubts


def _proposed(world):
    proposed = []
    for resolution, attempt, payout in joined_rows((Resolution, Attempt, Payout), _PROPOSED, [world.platform.pk]):
        resolution.attempt, attempt.payout = attempt, payout
        proposed.append(resolution)
    return proposed


def _stops():
    """Return the open stops: other schedules have lifted theirs."""
    return rows_where(Stop, "WHERE lifted_at IS NULL ORDER BY id")
