"""
Which buttons a person may press on a payout now, and why the others are not there.

The operations decide; this only spares people a refusal they could foresee.
"""

from dataclasses import dataclass

from apps.payouts.recalls import why_not_recalled
from apps.payouts.states import State, sources


@dataclass(frozen=True)
class Button:
    """One thing to do; `absent` says why this person cannot do it now, or is empty."""

    name: str
    label: str
    absent: str = ""


def buttons(payout, person) -> list[Button]:
    """Return every button of a payout that was loaded with its facts and the decisions about it."""
    decision = _no_decision(payout, person)
    cancel = _missing(person, "payouts.cancel_payout", "Only operators and approvers cancel.") or _has_left(payout)
    hold = _missing(
        person, "payouts.hold_payout", "Only operators, approvers, compliance and treasurers hold payouts."
    ) or _has_left(payout)
    lift = _missing(person, "payouts.release_hold", "Only approvers and compliance officers lift holds.")
    held = _is_held(payout)
    return [
        Button("approve", "Approve", decision),
        Button("reject", "Reject", decision),
        Button("cancel", "Cancel", cancel),
        Button("recall", "Ask the bank for it back", _no_recall(payout, person)),
        Button("hold", "Hold", hold or ("It is held already." if held else "")),
        Button("lift", "Lift the hold", lift or ("" if held else "Nobody holds it.")),
    ]


def _no_decision(payout, person) -> str:
    if missing := _missing(person, "payouts.approve_payout", "Only approvers decide."):
        return missing
    if payout.status != State.AWAITING_APPROVAL:
        return f"It does not await approval: it is {payout.get_status_display().lower()}."
    if payout.created_by_id in person.people_behind:
        return "You made this payout, so somebody else must approve it."
    if not set(person.people_behind).isdisjoint(payout.approval.excluded):
        return "You answer for the key that made it, or changed it last, so somebody else must approve it."
    if any(decision.person_id in person.people_behind for decision in payout.approval.decisions.all()):
        return "You have decided already; one person counts once."
    return ""


def _no_recall(payout, person) -> str:
    missing = _missing(person, "payouts.cancel_payout", "Only operators and approvers recall.")
    fault = why_not_recalled(payout, payout.recalls_made)
    if missing or fault is None:
        return missing
    return fault.detail.replace(f"for {payout.public_id}", "for it").replace(payout.public_id, "It")


def _has_left(payout) -> str:
    if payout.status in sources("cancel"):
        return ""
    return f"It is {payout.get_status_display().lower()}; this is possible only before it leaves."


def _is_held(payout) -> bool:
    return any(hold.is_lifted_by_people for hold in payout.open_holds)


def _missing(person, permission, sentence) -> str:
    return "" if person.has_perm(permission) else sentence
