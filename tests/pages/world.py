"""
A house in the middle of a week: two banking days are closed, and on the third something is in every state.

The people, the platform and the payees are those of the demo; the simulated bank is the counterparty, worked by hand.
"""

import asyncio
import threading
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from apps.approvals.operations import SettingDraft, draft_setting, propose_setting, publish_setting, set_absence
from apps.audit.operations import confirm_lift, propose_lift
from apps.compliance.models import Review
from apps.compliance.operations import load_watchlist, propose_decision
from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.events.dispatcher import Dispatcher
from apps.events.operations import create_endpoint
from apps.partners.authentication import key_for
from apps.partners.operations import create_key
from apps.payouts.jobs import apply_reports, move_waiting, stop_contradicted, submit_due
from apps.payouts.models import Conflict, Payout, RecallRequest
from apps.payouts.operations import (
    PayoutDraft,
    approve_payouts,
    ask_recalls,
    cancel_payouts,
    create_batch,
    create_payouts,
    decide_review,
    hold_payouts,
    raise_recalls,
    reject_payouts,
    request_recalls,
    stop_sending,
)
from apps.rails.models import Stop
from apps.rails.operations import receive_report
from apps.recipients.operations import MethodDraft, RecipientDraft, add_document, change_method, verify_method
from apps.reconciliation.jobs import import_inbox, match_waiting
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import (
    Choice,
    close_day,
    confirm_proposal,
    import_bank_file,
    propose_closing,
    propose_match,
    propose_split,
    propose_undo,
)
from apps.sandbox import bank, banking_days
from apps.sandbox.operations import advance_clock, deposit, open_sandbox
from apps.sandbox.story.cast import BANDS, BATCH, PARTS, UNNAMED_DEPOSIT, UNNAMED_TEXT, Part, iban
from apps.sandbox.story.people import PEOPLE
from apps.sandbox.story.prepare import PLATFORM
from apps.users.models import User
from apps.users.operations import create_person
from tests import bank_files, factories, signing_in
from tests.pages import files
from tests.payouts.called_bank import Bank as CalledBank
from tests.payouts.called_bank import call
from tests.reconciliation.bank import Ntry, Tx, statement

LISTS = Path(settings.BASE_DIR) / "apps/sandbox/demo_data"
PASSWORD = "a long enough sentence"  # noqa: S105 of invented people
DEPOSIT = 6_000_000
BATCH_SIZE = 30


FEES = {
    "fixed": 35,
    "basis_points": 125,
    "minimum": 50,
    "maximum": 2_000,
    "paid_by": "platform",
    "refunded_on_return": True,
}


class World:
    """What pages are about, by name: people by role, and one row for each kind of page."""

    def __init__(self):
        """Have the people, and nothing else yet."""
        self.number = 0
        self.people = {
            person.email.partition("@")[0]: _hire(person.email, person.name, person.roles) for person in PEOPLE
        }
        # One whose second factor was given long ago, one without, and one whose password an administrator knows.
        self.people["nils"] = _hire("nils@demo.example", "Nils Operator", ["operator"])
        self.people["nia"] = create_person("nia@demo.example", "Nia Operator", by=SYSTEM, roles=["operator"])
        ada = self.people["ada"]
        self.people["nora"] = create_person(
            "nora@demo.example", "Nora Auditor", by=ada, roles=["auditor"], password=PASSWORD
        )

    def fill(self):
        """Let the days come."""
        self.open()
        create_key(self.partner.pk, "Accounting, reads only", ["payouts:read"], by=SYSTEM)
        factories.partner("Quillmarket")
        self.two_days_that_are_closed()
        self.today()

    def open(self):
        """Have lists to screen against, a platform, and an account at the simulated bank."""
        load_watchlist([LISTS / f"{name}.csv" for name in ("sdn", "alt", "add")], by=SYSTEM)
        self.sandbox = open_sandbox(PLATFORM, bands=BANDS, by=SYSTEM)
        self.partner, self.account, self.key = (
            self.sandbox.partner, self.sandbox.bank_account, key_for(self.sandbox.token).partner.service_user,
        )  # fmt: skip

    # The days before

    def two_days_that_are_closed(self):
        self.go_to(banking_days.after(banking_days.local_day(self.account.business_now()), 1))
        self.endpoint = create_endpoint(
            self.partner.pk, "http://127.0.0.1:9/hooks", ["payout.paid"], by=self.key, description="Bookkeeping"
        )[0]
        deposit(self.account.pk, DEPOSIT, f"Funding {self.partner.funding_reference}", by=SYSTEM)
        deposit(self.account.pk, UNNAMED_DEPOSIT, UNNAMED_TEXT, by=SYSTEM, debtor_name="Marktplatz Nord GmbH")
        self.exchange()
        self.first = {part.key: self.ask(part) for part in PARTS if part.rail == "auto"}
        self.batch, batch = create_batch(
            self.partner.pk, "MAY-PAYOUTS", [self.draft(part) for part in BATCH[:BATCH_SIZE]], by=self.key
        )
        self.decide_reviews()
        self.approve(self.first["company"], self.first["large"])
        self.pass_cut_off([*self.first.values(), *batch])
        self.send_webhooks()
        for _ in range(2):
            self.night()
            [line] = StatementLine.objects.open().filter(parts__remittance=UNNAMED_TEXT)[:1] or [None]
            if line:
                funding = Choice("funding", self.partner.pk)
                proposal = propose_match(
                    line.pk, funding, by=self.people["tilda"], reason="They wrote that it is theirs"
                )
                confirm_proposal(proposal.pk, by=self.people["tove"])
            close_day(self.account.pk, self.yesterday, by=self.people["tilda"])

    def decide_reviews(self):
        for key, decision, reason in (
            ("namesake", "clear", "Another person: born in another year, in another country."),
            ("listed", "reject", "Name, country and date of birth are those on the list."),
        ):
            review = Review.objects.get(payouts__pk=self.first[key].pk)
            propose_decision(review.pk, by=self.people["clara"], decision=decision, reason=reason)
            decide_review(review.pk, by=self.people["otto"], decision=decision, reason=reason)

    # This day

    def today(self):
        anton, olga = self.people["anton"], self.people["olga"]
        deposit(self.account.pk, 500_000, self.partner.funding_reference, by=SYSTEM, debtor_name="Marktplatz Nord GmbH")
        deposit(self.account.pk, 180_000, "Refund of invoice 4711", by=SYSTEM, debtor_name="Papierwerk Lehmann")
        deposit(self.account.pk, 96_000, "Shop revenue week 47", by=SYSTEM, debtor_name="Marktplatz Nord GmbH")
        self.exchange()
        self.waiting = [
            self.pay(name, "DE", amount, reference)
            for name, amount, reference in (
                ("Möbelbau Wiesengrund GmbH", 812_000, "INV-2201"),
                ("Bruno Tassinarelli", 640_000, "INV-2202"),
                ("Tischlerei Birkmoor eG", 1_180_000, "INV-2203"),
            )
        ]
        self.approve_by(anton, self.waiting[0])
        self.in_review = self.pay("Wendelin Obskurny", "AT", 64_000, "INV-2204")
        self.scheduled = self.pay("Alva Ahornsen", "DE", 41_250, "INV-2205")
        self.held = self.pay("Henrik Dunkelbach", "DE", 38_000, "INV-2206")
        hold_payouts([self.held.pk], by=olga, reason="The platform asked us to wait for a corrected invoice.")
        again = PayoutDraft(self.held.recipient_id, 38_000, "EUR", "INV-2206-B", description="Invoice 2206")
        [self.twin] = create_payouts(self.partner.pk, [again], by=self.key)
        rejected, cancelled = (
            self.pay("Petra Jochberger", "DE", 150_000, "INV-2207"),
            self.pay("Nilo Haselthal", "DE", 9_900, "INV-2208"),
        )
        reject_payouts([rejected.pk], by=anton, reason="Twice the amount of the order.")
        cancel_payouts([cancelled.pk], by=olga, reason="The order was cancelled.")
        self.changed = self.pay("Fenja Castellorosso", "NL", 230_000, "INV-2209")
        account = MethodDraft(iban("NL", 77))
        change_method(self.changed.recipient_id, account, by=olga)
        paper = add_document(
            self.changed.recipient_id, "account", "Letter of her bank.pdf", b"%PDF-1.4 Letter", by=olga,
            expires_on=self.account.business_today() + timedelta(days=200),
        )  # fmt: skip
        verify_method(
            self.changed.method_version_id, "statement", by=olga, reason="Name and number are those of the letter",
            days=365, document_id=paper.pk,
        )  # fmt: skip
        self.instant_payments()
        self.poor = self.pay("Quirin Falkenrode", "DE", 3_900_000, "INV-2210")
        self.approve(self.poor)
        self.reports_and_files()
        self.second_persons()
        self.several_together()
        self.settings_and_absences()
        self.plans = files.upload(open_sandbox("Lindenmarkt", by=SYSTEM).partner, olga, self.key)
        self.send_webhooks()
        move_waiting(), match_waiting()

    def instant_payments(self):
        """One paid and asked back in vain, one that only people can end, one of which the bank contradicts itself."""
        bank = CalledBank(self.account)
        self.recalled = self.pay("Yara Silverquist", "AT", 70_782, "INV-2211", rail="sepa_instant")
        call()
        request_recalls([self.recalled.pk], by=self.people["olga"], reason="Paid to the wrong seller")
        ask_recalls()
        RecallRequest.objects.update(answer_due_on=self.account.business_today() - timedelta(days=1))
        raise_recalls()
        bank.promise(duplicate_check="none")
        bank.will("instant_request_lost")
        self.doubtful = self.pay("Pelle Windhaber", "DE", 70_000, "INV-2212", rail="sepa_instant")
        call()
        bank.pass_time(3600)
        call()
        bank.stop()

    def reports_and_files(self):
        report = bank_files.status_report("UNKNOWN-FILE-7", group="ACCP")
        receive_report(report, "report-of-another-customer.xml", self.account.pk)
        apply_reports()
        inbox = self.account.path / "from_bank"
        (inbox / "statement-of-another-account.xml").write_bytes(
            statement(factories.iban(), [Ntry(100)], kind="camt.054", id="NTF-OTHER")
        )
        import_inbox()

    def second_persons(self):
        """What waits for a second person: what a line is, an undo, a conflict with the bank, and a stop to be lifted."""
        tilda, otto, anton = (self.people[name] for name in ("tilda", "otto", "anton"))
        self.open_line, self.proposed_line = StatementLine.objects.open().order_by("-amount")
        choice = Choice("funding", self.partner.pk)
        propose_match(self.proposed_line.pk, choice, by=tilda, reason="Their monthly transfer; they called")
        funding = Match.objects.filter(line__statement=None, kind="funding").latest("pk")
        propose_undo(funding.pk, by=tilda, reason="They sent it twice and want one of them back")

        refused = Payout.objects.get(pk=self.first["refused"].pk)
        debit = Ntry(-refused.amount, [Tx(refused.amount, refused.end_to_end_id)], reference="DEBIT-77")
        told = statement(
            self.account.read_iban(), [debit], kind="camt.054", id="NTF-77", day=self.account.business_today()
        )
        import_bank_file(told, "notification-77.xml", by=SYSTEM)
        stop_contradicted()
        self.conflict = Conflict.objects.get()
        propose_closing(
            self.conflict.pk, "paid_after_all", "The bank's desk wrote that the payment was executed.", by=tilda
        )
        by_conflict = Stop.objects.open().get()
        propose_lift(by_conflict.pk, by=tilda, reason="The bank has mended it; one payment was concerned")
        confirm_lift(by_conflict.pk, by=anton)
        reason = "The banking authority asked everybody to wait."
        self.stop = stop_sending("country", "LT", by=otto, reason=reason)
        propose_lift(self.stop.pk, by=otto, reason="The authority has withdrawn it")

    def several_together(self):
        """A credit that is two returns and a fee given back, one of which that is proposed, and two that are one return."""
        paid = list(Payout.objects.filter(bank_account=self.account, status="paid").order_by("pk")[:5])
        one, two, three, four, five = paid
        part = three.net // 3
        amounts = one.net + two.net + 50, four.net + five.net, part, three.net - part
        entries = [Ntry(amount, reference=f"BACK-{place}") for place, amount in enumerate(amounts)]
        day = self.account.business_today()
        told = statement(self.account.read_iban(), entries, kind="camt.054", id="NTF-78", day=day)
        import_bank_file(told, "notification-78.xml", by=SYSTEM)
        lines = StatementLine.objects.filter(bank_reference__startswith="BACK-").order_by("bank_reference")
        self.sum_line, self.split_line, *self.part_lines = lines
        choices = [Choice("return", payout.pk) for payout in (four, five)]
        reason = "The bank booked both returns as one; its desk named them"
        propose_split(self.split_line.pk, choices, by=self.people["tilda"], reason=reason)
        self.chosen = {"one": one.public_id, "two": two.public_id, "three": three.public_id}
        self.chosen["other"] = self.part_lines[1].public_id

    def settings_and_absences(self):
        """A policy that waits for a second person, limits that hold, a draft; and one approver away."""
        tilda, otto, anton, berta = (self.people[name] for name in ("tilda", "otto", "anton", "berta"))
        bands = [
            {"up_to": 50_000, "approvals": 0},
            {"up_to": 1_500_000, "approvals": 1},
            {"up_to": None, "approvals": 2},
        ]
        drafts = [
            SettingDraft("platform_limits", {"single": 5_000_000, "daily": 20_000_000}, self.partner.pk, "EUR",
                         reason="As agreed in the contract"),
            SettingDraft("fees", FEES, self.partner.pk, "EUR", "sepa_credit_transfer", reason="The new price list"),
            SettingDraft("approval_policy", {"bands": bands}, self.partner.pk, "EUR", reason="Orders have grown"),
            SettingDraft("cut_offs", {"times": ["11:00", "15:00"]}, name="sepa_credit_transfer", reason="Two files a day"),
        ]  # fmt: skip
        limits, self.fees, policy, _draft = (draft_setting(draft, by=tilda) for draft in drafts)
        for version in (limits, self.fees, policy):
            propose_setting(version.pk, by=tilda)
        publish_setting(limits.pk, by=otto)
        self.price_a_payout(tilda, otto)
        now = database_now()
        set_absence(anton.pk, now, now + timedelta(days=5), delegate_id=berta.pk, by=anton)

    def price_a_payout(self, author, second):
        """A schedule for every platform, and a payout that fell under it."""
        fees = FEES | {"maximum": 500}
        version = draft_setting(
            SettingDraft("fees", fees, None, "EUR", "sepa_credit_transfer", reason="The price list"), by=author
        )
        propose_setting(version.pk, by=author)
        publish_setting(version.pk, by=second)
        self.priced = self.pay("Pia Musterfrau", "DE", 123_456, "PRICED-1")

    # What people and the bank do

    def pay(self, name, country, amount, reference, *, rail="auto"):
        kind = "company" if name.endswith(("GmbH", "eG")) else "individual"
        return self.ask(Part(reference, name, country, amount, "", kind=kind, rail=rail), reference)

    def ask(self, part, reference=None):
        [payout] = create_payouts(self.partner.pk, [self.draft(part, reference)], by=self.key)
        return Payout.objects.get(pk=payout.pk)

    def draft(self, part, reference=None):
        self.number += 1
        method = MethodDraft(iban(part.country, 1_000 + self.number))
        recipient = RecipientDraft(part.kind, part.name, part.country, method)
        return PayoutDraft(recipient, part.amount, "EUR", reference or f"INV-{2000 + self.number}", rail=part.rail)

    def approve(self, *payouts):
        for person in (self.people["anton"], self.people["berta"]):
            self.approve_by(person, *payouts)

    @staticmethod
    def approve_by(person, *payouts):
        digests = {payout.pk: payout.digest for payout in payouts}
        approve_payouts(list(digests), by=person, digests=digests)

    def exchange(self):
        """Let files go both ways, and be read at both ends."""
        bank.work()
        apply_reports()
        import_inbox()

    def go_to(self, day, hour=9):
        moment = datetime.combine(day, time(hour), banking_days.ZONE)
        self.account = advance_clock(self.account.pk, to=moment, by=SYSTEM)

    def pass_cut_off(self, payouts):
        rows = Payout.objects.filter(pk__in=[payout.pk for payout in payouts], status="scheduled")
        moment = max(row.cut_off_at for row in rows) + timedelta(seconds=1)
        self.account = advance_clock(self.account.pk, to=moment, by=SYSTEM)
        submit_due()
        self.exchange()

    def night(self):
        """Go to the morning of the next banking day, when the statement of the one before has come."""
        self.yesterday = banking_days.local_day(self.account.business_now())
        self.go_to(banking_days.after(self.yesterday, 1))
        self.exchange()

    @staticmethod
    def send_webhooks():
        """Try each message once; nobody listens at their address. In a thread, since a browser's loop may run in this one."""
        sending = threading.Thread(target=lambda: asyncio.run(Dispatcher().run(until_idle=True)))
        sending.start()
        sending.join()


def _hire(email, name, roles) -> User:
    made = create_person(email, name, by=SYSTEM, roles=roles, password=PASSWORD)
    signing_in.phone_of(made)
    return made
