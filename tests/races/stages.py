"""Where a payout can stand when two meet at it, and how it comes there, each payout with a file of its own."""

from datetime import timedelta
from itertools import count

from apps.core.permissions import SYSTEM
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, hold_payouts, mark_handed_over, start_due, submit
from apps.rails import operations as rails
from apps.rails.models import PaymentFile
from apps.rails.operations import receive_report
from apps.reconciliation.operations import import_bank_file
from tests import bank_files, factories
from tests.reconciliation.bank import Ntry, Tx, statement

_numbers = count(1)
AMOUNT, NEEDS_APPROVAL = 1_000, 120_000


class Stages:
    """Makes payouts that stand at a stage, many at once; `draft` is how the platform asked for each."""

    MOST = 500
    rail = "auto"

    def __init__(self, platform, account, people):
        self.platform, self.account, self.people = platform, account, people
        self.keys = {platform.pk: factories.key_of(platform)[0]}

    def leave(self):
        """Close what was opened for all races."""

    def wrong(self) -> list[str]:
        """Return what is wrong outside the portal after the races at a stage."""
        return []

    def get_ready(self, stage, payout):
        """Let happen what a race at this stage begins with."""
        if stage == "due":
            self.let_cut_off_pass(payout)
        elif stage == "awaiting_funds":
            self.let_money_come(payout)

    def payouts_at(self, stage, count):
        """
        Yield so many new payouts at a stage.

        One that awaits money is made when it is its turn: a race for it ends all that have waited.
        """
        most = 1 if stage == "awaiting_funds" else self.MOST
        for done in range(0, count, most):
            yield from getattr(self, stage)(min(most, count - done))

    def scheduled(self, count, amount=AMOUNT, platform=None, name="Ada Quill"):
        platform = platform or self.platform
        drafts = [factories.payout_draft(amount, factories.recipient_draft(name), rail=self.rail) for _ in range(count)]
        payouts = create_payouts(platform.pk, drafts, by=self.keys[platform.pk])
        for payout, draft in zip(payouts, drafts, strict=True):
            payout.draft = draft
        return payouts

    due = scheduled
    """Its cut-off comes when the race begins, so that no other race claims it: `let_cut_off_pass`."""

    def awaiting_approval(self, count):
        return self.scheduled(count, NEEDS_APPROVAL)

    def in_review(self, count):
        return self.scheduled(count, name=factories.LISTED)

    def awaiting_funds(self, count):
        """Its platform is poor, and its money comes when the race begins: `let_money_come`."""
        platform = factories.partner(f"Poorhouse {next(_numbers)}")
        factories.policy((None, 0), platform=platform)
        self.keys[platform.pk] = factories.key_of(platform)[0]
        return self.scheduled(count, platform=platform)

    def held(self, count):
        payouts = self.scheduled(count)
        hold_payouts([payout.pk for payout in payouts], by=self.people["operator"], reason="Wait")
        return payouts

    def submitting(self, count):
        payouts = self.scheduled(count)
        for payout in payouts:
            self.let_cut_off_pass(payout)
        start_due()
        return payouts

    def sealed(self, count):
        return self._each(self.submitting(count), lambda payout: submit._seal(file_of(payout)))

    def handed_over(self, count):
        return self._each(self.sealed(count), lambda payout: rails.hand_over(file_of(payout).pk))

    def sent(self, count):
        payouts = self.handed_over(count)
        mark_handed_over()
        return payouts

    def reported(self, count):
        """The bank's refusal is stored and not applied."""
        return self._each(self.sent(count), self.refuse)

    def debited(self, count):
        """A debit of its amount is on a statement and names nothing."""
        payouts = self.sent(count)
        self._book([(payout, -payout.amount, Tx(payout.amount, text="Payment")) for payout in payouts])
        return payouts

    def paid(self, count):
        payouts = self.sent(count)
        self._book([(payout, -payout.amount, Tx(payout.amount, payout.end_to_end_id)) for payout in payouts])
        return payouts

    def _each(self, payouts, work):
        for payout in payouts:
            work(payout)
        return payouts

    def let_cut_off_pass(self, payout):
        """Put the payout's cut-off into the past; each has one of its own, so that the files of two races never mix."""
        passed = self.account.business_now() - timedelta(days=1) + timedelta(microseconds=next(_numbers))
        Payout.objects.filter(pk=payout.pk).update(cut_off_at=passed)

    def let_money_come(self, payout):
        factories.fund(payout.partner, self.account, payout.amount)

    def refuse(self, payout):
        report = bank_files.status_report(file_of(payout).message_id, refused={payout.end_to_end_id: "AC04"})
        return receive_report(report, f"answer-{payout.pk}.xml", self.account.pk)

    def debit(self, payout):
        self._book([(payout, -payout.amount, Tx(payout.amount, payout.end_to_end_id))])

    def give_back(self, payout):
        self._book([(payout, payout.amount, Tx(payout.amount, payout.end_to_end_id, ret="AC04"))])

    def _book(self, bookings):
        """Import a notification about payouts; the same one however often it is told."""
        lines = [Ntry(amount, [details], reference=reference(payout, amount)) for payout, amount, details in bookings]
        name = f"N{lines[0].reference}"
        day = self.account.business_today()
        content = statement(self.account.read_iban(), lines, id=name, day=day, kind="camt.054")
        import_bank_file(content, f"{name}.xml", by=SYSTEM, bank_account_id=self.account.pk)


def reference(payout, amount):
    """Return the bank's own reference of a line about the payout."""
    return f"{payout.pk.hex[-20:]}{'C' if amount > 0 else 'D'}"


def file_of(payout):
    return PaymentFile.objects.get(attempts__payout=payout.pk)
