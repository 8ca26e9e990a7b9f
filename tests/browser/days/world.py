"""
The world that every day begins with: nine o'clock on a Monday, on which each role has something to do.

On Friday payouts went to the bank; their statement has come in the night, and one of its lines nobody can explain yet.
"""

from apps.audit.operations import propose_lift
from apps.core.permissions import SYSTEM
from apps.events.operations import create_endpoint
from apps.payouts.jobs import move_waiting
from apps.payouts.models import Attempt
from apps.payouts.operations import hold_payouts, stop_sending
from apps.recipients.operations import MethodDraft, change_method
from apps.reconciliation.jobs import match_waiting
from apps.reconciliation.operations import propose_resolution
from apps.sandbox import banking_days
from apps.sandbox.operations import deposit
from apps.sandbox.story.cast import PARTS, iban
from tests.pages import world
from tests.payouts.called_bank import Bank, call

DEPOSIT, UNNAMED = 6_000_000, 180_000
"""What the platform brought on Friday, and what somebody sent who is no platform; in cents."""


class Monday(world.World):
    def fill(self):
        """Let Friday pass, and the night; then let the morning's requests come."""
        self.open()
        self.friday()
        self.requests()
        self.in_doubt()
        self.second_people()
        self.poor = self.pay("Quirin Falkenrode", "DE", 3_900_000, "INV-2209")
        self.approve(self.poor)  # as the last, since those that come after wait for it
        move_waiting(), match_waiting()

    def friday(self):
        self.go_to(banking_days.after(banking_days.local_day(self.account.business_now()), 1))
        hooks = "http://127.0.0.1:9/hooks"
        self.endpoint, _secret = create_endpoint(self.partner.pk, hooks, ["payout.paid"], by=self.key)
        deposit(self.account.pk, DEPOSIT, self.partner.funding_reference, by=SYSTEM)
        deposit(self.account.pk, UNNAMED, "Refund of invoice 4711", by=SYSTEM, debtor_name="Papierwerk Lehmann")
        self.exchange()
        self.first = {part.key: self.ask(part) for part in PARTS if part.key in ("plain", "large")}
        self.approve(self.first["large"])
        self.pass_cut_off(self.first.values())
        self.night()
        self.send_webhooks()

    def requests(self):
        """What the platform has asked for this morning, and how far it has come."""
        self.waiting = [
            self.pay(name, "DE", amount, reference)
            for name, amount, reference in (
                ("Möbelbau Wiesengrund GmbH", 812_000, "INV-2201"),
                ("Bruno Tassinarelli", 640_000, "INV-2202"),
                ("Tischlerei Birkmoor eG", 1_180_000, "INV-2203"),
            )
        ]
        self.approve_by(self.people["anton"], self.waiting[0])
        self.namesake = self.pay("Maribel Quintarosa", "NL", 35_000, "INV-2204")
        self.listed = self.pay("Wendelin Obskurny", "AT", 64_000, "INV-2205")
        self.scheduled = self.pay("Alva Ahornsen", "DE", 41_250, "INV-2206")
        self.held = self.pay("Henrik Dunkelbach", "DE", 38_000, "INV-2207")
        hold_payouts([self.held.pk], by=self.people["olga"], reason="The platform asked us to wait for an invoice.")
        self.changed = self.pay("Fenja Castellorosso", "NL", 23_000, "INV-2208")
        change_method(self.changed.recipient_id, MethodDraft(iban("NL", 77)), by=self.people["olga"])

    def in_doubt(self):
        """Two instant payments whose requests were lost, and one that was paid at once."""
        bank = Bank(self.account)
        self.instant = self.pay("Yara Silverquist", "AT", 70_782, "INV-2210", rail="sepa_instant")
        call()
        bank.promise(duplicate_check="none")
        bank.will("instant_request_lost", "instant_request_lost")
        self.doubtful = [
            self.pay(name, "DE", 70_000, reference, rail="sepa_instant")
            for name, reference in (("Pelle Windhaber", "INV-2211"), ("Ida Lindqvist", "INV-2212"))
        ]
        call()
        bank.pass_time(3600)
        call()
        bank.stop()

    def second_people(self):
        """What one person has proposed, and another one has to agree to."""
        tilda, otto = self.people["tilda"], self.people["otto"]
        attempt = Attempt.objects.get(payout=self.doubtful[0])
        said = "Ms Example of the bank's desk wrote at 8:40 that they have executed it; her letter is in our mail."
        self.resolution = propose_resolution(attempt.pk, "paid", said, by=tilda)
        self.stop = stop_sending("country", "LT", by=otto, reason="The banking authority asked everybody to wait.")
        propose_lift(self.stop.pk, by=otto, reason="The authority has withdrawn it")
