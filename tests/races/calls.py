"""What changes a payout that a bank is called about: who does it, and at which stages it can be done."""

import time
from datetime import timedelta

from apps.core.database import database_now
from apps.payouts.models import Attempt
from apps.payouts.operations import ask_banks, calls, doubt_dead, request_recalls, send_calls, start_due
from apps.reconciliation.operations import confirm_resolution, propose_resolution, refuse_resolution
from tests.payouts.called_bank import Bank
from tests.races import actions
from tests.races.actions import Action
from tests.races.stages import Stages

ROAD = ("to_send", "calling", "dead", "in_doubt", "proposed", "accepted", "settled")
KNOWN_TO_THE_BANK = ("in_doubt", "proposed", "accepted")

EVIDENCE = "The bank's desk has looked into its log and has read out what stands there."
LEASE = timedelta(seconds=10)
NOT_YET = timedelta(days=30)
"""Until a race begins nothing is due of its payout, so that no other race claims it."""

ACTIONS = []


def action(*stages):
    def register(function):
        ACTIONS.append(Action(function.__name__, stages, function))
        return function

    return register


class CalledStages(Stages):
    """Makes payouts by instant payment; `claimed` holds what a worker took that is in the middle of its call."""

    rail = "sepa_instant"

    def __init__(self, platform, account, people):
        super().__init__(platform, account, people)
        self.bank, self.claimed = Bank(account), {}
        self.bank.promise(visibility_seconds=0, longest_call_seconds=5)  # also where many share a processor

    def leave(self):
        self.bank.stop()

    def wrong(self):
        return [
            f"{payment} was executed {count} times" for payment, count in self.bank.executions().items() if count > 1
        ]

    def get_ready(self, stage, payout):
        now = database_now()
        self._let_others_wait(payout)
        if stage in ("calling", "dead"):
            lease_until = now + LEASE if stage == "calling" else now - timedelta(seconds=1)
            self._attempts(payout).update(lease_until=lease_until)
            for attempt in self.claimed[payout.pk][1]:
                attempt.lease_until = lease_until
        elif stage in ("to_send", "in_doubt", "proposed"):
            self._attempts(payout).update(next_step_at=now)

    def to_send(self, count):
        payouts = self.scheduled(count)
        start_due()
        Attempt.objects.filter(payout__in=payouts).update(next_step_at=database_now() + NOT_YET)
        return payouts

    def calling(self, count):
        return self._each(self.to_send(count), self._claim)

    dead = calling
    """Its lease is over when the race begins."""

    def in_doubt(self, count):
        """The bank has paid it and the answer was lost."""
        self.bank.will("instant_answer_lost")
        payouts = self._each(self.calling(count), lambda payout: go_on(self, payout))
        self.bank.will()
        Attempt.objects.filter(payout__in=payouts).update(next_step_at=database_now() + NOT_YET)
        return payouts

    def proposed(self, count):
        return self._each(self.in_doubt(count), lambda payout: propose(self, payout))

    def accepted(self, count):
        return self._each(self.calling(count), lambda payout: go_on(self, payout))

    def settled(self, count):
        return self._each(self.accepted(count), self.debit)

    def _let_others_wait(self, payout):
        """Let nothing be due of payouts that other races have left behind."""
        others = Attempt.objects.exclude(payout=payout.pk).exclude(next_step="")
        others.update(next_step_at=database_now() + NOT_YET)

    def _claim(self, payout):
        self._let_others_wait(payout)
        self._attempts(payout).update(next_step_at=database_now())
        self.claimed[payout.pk] = calls._claim(Attempt.Step.SEND)
        self._attempts(payout).update(lease_until=database_now() + NOT_YET)
        for attempt in self.claimed[payout.pk][1]:
            attempt.refresh_from_db(fields=["lease_until"])

    def _attempts(self, payout):
        return Attempt.objects.filter(payout=payout.pk)


@action("to_send")
def send(stages, payout):
    send_calls()


@action("calling", "dead")
def go_on(stages, payout):
    """Make the call that was claimed, and write down what came of it, however late; nobody may have claimed one yet."""
    issued_at, attempts = stages.claimed.get(payout.pk, (None, []))
    if not attempts:
        return
    answered = calls._call(Attempt.Step.SEND, attempts, time.monotonic())
    calls._record(Attempt.Step.SEND, issued_at, answered)


@action("dead")
def doubt(stages, payout):
    doubt_dead()


@action("in_doubt", "proposed")
def ask(stages, payout):
    ask_banks()


@action("in_doubt")
def propose(stages, payout):
    [attempt] = stages._attempts(payout)
    propose_resolution(attempt.pk, "paid", EVIDENCE, by=stages.people["treasurer"])


@action("proposed")
def confirm(stages, payout):
    confirm_resolution(_resolution(stages, payout).pk, by=stages.people["approver"])


@action("proposed")
def refuse(stages, payout):
    resolution = _resolution(stages, payout)
    refuse_resolution(resolution.pk, by=stages.people["officer"], reason="The bank tells me something else")


@action(*KNOWN_TO_THE_BANK)
def recall(stages, payout):
    request_recalls([payout.pk], by=stages.keys[payout.partner_id], reason="Sent to the wrong person")


@action()
def cancel(stages, payout):
    """It has left: nothing may come of it."""
    actions.cancel(stages, payout)


@action(*KNOWN_TO_THE_BANK)
def import_debit(stages, payout):
    stages.debit(payout)


@action("accepted", "settled")
def import_return(stages, payout):
    stages.give_back(payout)


@action(*ROAD)
def create_again(stages, payout):
    actions.create_again(stages, payout)


def _resolution(stages, payout):
    [attempt] = stages._attempts(payout)
    return attempt.resolutions.get()
