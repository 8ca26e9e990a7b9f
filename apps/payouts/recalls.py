"""
What may be asked back of a bank, and what its answers to that mean. No queries, nothing is changed here.

* A recall keeps one id for life, so a bank that is told twice knows it. It is told again only after it has said that it
  does not know it.
* A bank that shows no such payment may show it later: that is no refusal.
* Silence means nothing. It is asked again, ever more slowly, also when the time of the scheme is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core.errors import Fault
from apps.payouts.models import RecallRequest
from apps.payouts.states import State, sources
from apps.rails.contract import Answer
from apps.rails.registry import RAILS

BACK_OFF_SECONDS = (10, 60, 600, 3600, 6 * 3600, 24 * 3600)
"""Waits between questions about one recall; the last one repeats."""

WITH_THE_BANK = (State.SUBMITTING, State.IN_DOUBT, State.SENT, State.PAID)

ASK, CHECK = RecallRequest.Step.ASK, RecallRequest.Step.CHECK
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Next:
    """How a recall stands after an answer: its status if that changed, and the next step, if there is one."""

    status: str = ""
    step: str = ""
    at: datetime | None = None


def why_not_recalled(payout, recalls) -> Fault | None:
    """Return why the bank cannot be asked for a payout's money now, or None; `recalls` are those made before."""
    rail, pointer = RAILS[payout.rail], f"/{payout.public_id}"
    if payout.status in sources("cancel"):
        return Fault(pointer, "not-left", f"{payout.public_id} has not left yet: cancel it.")
    if payout.status not in WITH_THE_BANK:
        return Fault(pointer, "ended", f"{payout.public_id} is {payout.status}: there is no money to ask for.")
    if not rail.can_recall(payout.bank_account):
        detail = f"The bank takes no recalls for {rail.title} from the portal: ask it by its own channel."
        return Fault(pointer, "no-recalls", detail)
    if any(recall.is_live for recall in recalls):
        return Fault(pointer, "asked-already", f"The bank is being asked for {payout.public_id} already.")
    if any(recall.status == RecallRequest.Status.GRANTED for recall in recalls):
        return Fault(pointer, "granted-already", "The bank has agreed already: a statement will show the money.")
    return None


def of_answer(step, recall, answer: Answer, now: datetime) -> Next:
    """Return what follows from the answer to a call about a recall; `step` is what the call was."""
    if answer.outcome == Answer.EXECUTED:
        return Next(RecallRequest.Status.GRANTED)
    is_absent = answer.outcome == Answer.ABSENT or answer.code == ABSENT
    if answer.outcome == Answer.REFUSED and not is_absent:
        return Next(RecallRequest.Status.REFUSED)
    later = now + back_off(recall)
    if step == CHECK:
        return Next(step=ASK, at=now) if is_absent else Next(step=CHECK, at=later)
    return Next(step=ASK if is_absent or answer.outcome == Answer.NOT_SENT else CHECK, at=later)


def back_off(recall) -> timedelta:
    """Return for how long the bank is left alone after so many calls."""
    calls = max(recall.asks + recall.checks - 1, 0)
    return timedelta(seconds=BACK_OFF_SECONDS[min(calls, len(BACK_OFF_SECONDS) - 1)])
