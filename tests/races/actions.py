"""Everything that changes a payout's state: who does it, and at which stages it can be done."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.payouts.operations import (
    apply_report,
    approve_payouts,
    cancel_payouts,
    create_payouts,
    decide_review,
    expire_waiting,
    fund_waiting,
    hold_payouts,
    lift_holds,
    reject_payouts,
    start_due,
    submit,
)
from apps.rails import operations as rails
from apps.rails.models import PaymentFile, StatusReport
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import Choice
from tests import factories
from tests.matching import match_line, undo_match
from tests.races.stages import file_of, reference

UNSENT = ("awaiting_approval", "in_review", "awaiting_funds", "held", "scheduled", "due")
ROAD = (*UNSENT, "submitting", "sealed", "handed_over", "sent", "reported", "debited", "paid")


@dataclass(frozen=True)
class Action:
    """One thing that somebody does to a payout; `stages` are those at which it has an effect."""

    name: str
    stages: tuple
    act: Callable


ACTIONS = []


def action(*stages):
    def register(function):
        ACTIONS.append(Action(function.__name__, stages, function))
        return function

    return register


@action(*ROAD)
def create_again(stages, payout):
    platform = payout.partner
    create_payouts(platform.pk, [payout.draft], by=stages.keys[platform.pk])


@action("awaiting_approval")
def approve(stages, payout):
    approve_payouts([payout.pk], by=stages.people["approver"], digests={payout.pk: payout.digest})


@action("awaiting_approval")
def reject(stages, payout):
    reject_payouts([payout.pk], by=stages.people["other_approver"], reason="Unknown invoice")


@action("in_review")
def clear(stages, payout):
    factories.propose_to_clear(payout.review_id, by=stages.people["analyst"])
    decide_review(payout.review_id, by=stages.people["officer"], decision="clear", reason="Another date of birth.")


@action("in_review")
def bar(stages, payout):
    decide_review(payout.review_id, by=stages.people["officer"], decision="reject", reason="It is the listed person.")


@action("awaiting_funds")
def fund(stages, payout):
    fund_waiting()


@action("awaiting_funds", "due")
def expire(stages, payout):
    expire_waiting()


@action(*UNSENT)
def cancel(stages, payout):
    cancel_payouts([payout.pk], by=stages.keys[payout.partner_id], reason="Withdrawn")


@action("scheduled", "due", "awaiting_approval", "in_review", "awaiting_funds")
def hold(stages, payout):
    hold_payouts([payout.pk], by=stages.people["operator"], reason="Wait")


@action("held")
def lift(stages, payout):
    lift_holds([payout.pk], by=stages.people["approver"], reason="Cleared up")


@action("due")
def start(stages, payout):
    start_due()


@action("submitting")
def seal(stages, payout):
    submit._seal(file_of(payout))


@action("sealed")
def hand_over(stages, payout):
    rails.hand_over(file_of(payout).pk)


@action("handed_over")
def tell(stages, payout):
    for file in PaymentFile.objects.untold().filter(attempts__payout=payout.pk):
        submit._mark_file(file.pk)


@action("handed_over", "sent")
def receive_refusal(stages, payout):
    stages.refuse(payout)


@action("reported")
def apply_refusal(stages, payout):
    for report in StatusReport.objects.filter(file__attempts__payout=payout.pk).values_list("pk", flat=True):
        apply_report(report)


@action("sent", "reported", "debited")
def import_debit(stages, payout):
    stages.debit(payout)


@action("sent", "paid")
def import_return(stages, payout):
    stages.give_back(payout)


def treasurers(stages):
    return {"by": stages.people["treasurer"], "also": stages.people["other_treasurer"]}


@action("debited")
def match(stages, payout):
    line = StatementLine.objects.get(bank_reference=reference(payout, -payout.amount))
    match_line(line.pk, Choice("payout", payout.pk), **treasurers(stages))


@action("paid")
def undo(stages, payout):
    settled = Match.objects.filter(payout=payout.pk, kind="payout").order_by("pk")[:1].get()
    undo_match(settled.pk, reason="Looked wrong", **treasurers(stages))
