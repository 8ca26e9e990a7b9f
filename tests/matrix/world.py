"""A platform with something at every place where somebody may do something."""

from datetime import timedelta

from django.test import Client

from apps.approvals.operations import SettingDraft, draft_setting, propose_setting
from apps.audit.operations import propose_lift
from apps.compliance.models import Review
from apps.compliance.operations import attach_document, propose_decision
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Event
from apps.events.operations import create_endpoint
from apps.partners.models import ApiKey
from apps.partners.operations import create_key, suspend_partner
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import create_payouts, hold_payouts, seal_files, start_due, stop_sending
from apps.rails.models import PaymentFile
from apps.rails.operations import report_hand_over, take_file
from apps.recipients.models import MethodChange
from apps.recipients.operations import add_document, change_method, verify_method
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import Choice, propose_close, propose_match, propose_resolution
from apps.users.operations import propose_link
from apps.users.roles import ROLES
from tests import factories
from tests.clocks import advance
from tests.payouts.called_bank import Bank as InstantBank
from tests.payouts.called_bank import call
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, send
from tests.signing_in import phone_of

EVIDENCE = "Ms Example of the bank's desk wrote on Monday what became of it."


class World:
    def __init__(self, folder):
        self.folder = folder
        self.people = {role: factories.person(role, f"{ROLES[role].title} One") for role in ROLES}
        self.people["nobody"] = factories.person(None, "Nobody One")
        self.clients = {role: _signed_in(person) for role, person in self.people.items()}
        self.others = {role: factories.person(role, f"{ROLES[role].title} Two") for role in ROLES}
        self.approvers = [self.others["approver"], factories.person("approver", "Approver Three")]
        factories.watchlist(folder)
        self.account = factories.bank_account()
        self.platform = factories.partner("Quillmarket")
        factories.policy((100_000, 0), (1_000_000, 1), (None, 2), platform=self.platform)
        factories.fund(self.platform, self.account, 10_000_000)
        self.service, self.token = factories.key_of(self.platform)
        self.key = ApiKey.objects.get(partner=self.platform)
        self.another_list = self._another_list()
        self._payouts()
        self._doubts()
        self._bank()
        self.plain = self._make(1_000, "PLAIN")
        self.paper = add_document(
            self.plain.recipient_id, "identity", "card.png", b"\x89PNG\r\n\x1a\n-", by=self.others["compliance_analyst"]
        )
        version = self.plain.method_version_id
        self.verified = verify_method(
            version, "person", by=self.others["compliance_analyst"], reason="Asked on the phone", days=30
        )
        moved = self._make(1_002, "MOVED")
        change_method(moved.recipient_id, factories.recipient_draft().method, by=self.others["operator"])
        self.method_change = MethodChange.objects.get()
        self._stops()
        self._people_and_platforms()

    def _payouts(self):
        self.waiting = self._make(200_000, "WAITING")
        self.large = self._make(1_000_001, "LARGE")
        self.held = self._make(1_001, "HELD")
        hold_payouts([self.held.pk], by=self.others["operator"], reason="Wait")
        self.twin = self._make(1_001, "TWIN", recipient=self.held.recipient_id)
        name = factories.recipient_draft(name="Zoltar Vexwik")
        self.suspicious = self._make(45_000, "SUSPICIOUS", recipient=name)
        self.review = Review.objects.get(status="open")
        analyst = self.others["compliance_analyst"]
        self.document = attach_document(self.review.pk, "letter.pdf", b"%PDF-1.4 A letter", by=analyst)
        propose_decision(self.review.pk, by=analyst, decision="clear", reason="Another date of birth")

    def _make(self, amount, reference, **details):
        draft = factories.payout_draft(amount=amount, reference=reference, **details)
        [payout] = create_payouts(self.platform.pk, [draft], by=self.service)
        return Payout.objects.with_facts().get(pk=payout.pk)

    def _doubts(self):
        """Two payments whose requests were lost; of one somebody has said what became of it."""
        bank = InstantBank(self.account)
        bank.promise(duplicate_check="none")
        bank.will("instant_request_lost")
        drafts = [factories.payout_draft(amount=500 + number, rail="sepa_instant") for number in range(2)]
        create_payouts(self.platform.pk, drafts, by=self.service)
        call()
        bank.pass_time(3600)
        call()
        bank.will()
        draft = factories.payout_draft(amount=900, rail="sepa_instant")
        [self.instant] = create_payouts(self.platform.pk, [draft], by=self.service)
        call()
        bank.stop()
        self.doubt, self.said_doubt = Attempt.objects.filter(status="in_doubt").order_by("pk")
        self.resolution = propose_resolution(self.said_doubt.pk, "paid", EVIDENCE, by=self.others["treasurer"])

    def _bank(self):
        self.bank = Bank(self.account)
        self.sent = send(self.platform, self.service, self.account, [2_000, 3_000])
        self.file = PaymentFile.objects.get(attempts__payout=self.sent[0])
        self.bank.state_notified()
        paid, _ = self.sent
        self.bank.state(
            Ntry(-2_000, txs=[Tx(2_000, paid.end_to_end_id)]),
            Ntry(1_000, txs=[Tx(1_000, text="???", role="Dbtr", name="Ada Quill")]),
            Ntry(-50, text="what?"),
            Ntry(1_100, txs=[Tx(1_100, text="!!!", role="Dbtr", name="Ada Quill")]),
        )
        self.match = Match.objects.get(payout=paid, undone_at=None)
        self.bank.state(Ntry(2_000, txs=[Tx(2_000, paid.end_to_end_id, role="Dbtr")]))
        self.proven, self.proven_payout = Choice("return", paid.pk), paid
        small, self.line, self.proposed_line, self.proven_line = StatementLine.objects.open().order_by("amount")
        factories.setting("write_off_limit", {"most": 100}, currency="EUR")
        self.write_off = propose_match(small.pk, Choice("writeoff"), by=self.others["treasurer"], reason="Nobody knows")
        self.proposal = propose_match(
            self.proposed_line.pk, Choice("funding", self.platform.pk), by=self.others["treasurer"], reason="By phone"
        )
        self.bank.state(*[Ntry(-amount, text="which?") for amount in (3_030, 1_200, 1_800)])
        self.sum_line, *self.part_lines = (
            StatementLine.objects.open().filter(sign="DBIT", amount__gt=50).order_by("position")
        )
        self.sealed_file, taken, reported = self._sealed(610), self._sealed(620), self._sealed(630)
        by = self.others["operator"]
        self.taken = take_file(taken.pk, by=by, reason="The folder is down")
        self.reported = take_file(reported.pk, by=by, reason="The folder is down")
        report_hand_over(self.reported.pk, by=by, channel="Portal", document=("proof.pdf", b"%PDF-1.4 Proof"))
        self.quiet_account = factories.bank_account("Quiet")
        Bank(self.quiet_account).state()
        self.quiet_day = self.quiet_account.business_today()
        self.loud_account, signed = factories.bank_account("Loud"), factories.bank_account("Louder")
        for account in (self.loud_account, signed):
            Bank(account).state(Ntry(70, text="who?"))
        self.loud_day, by = self.loud_account.business_today(), self.others["treasurer"]
        self.close_proposal = propose_close(signed.pk, signed.business_today(), by=by, reason="The month ends")
        self.upload = self.bank.write([Ntry(700, txs=[Tx(700, text="later")])])

    def _sealed(self, amount):
        """Return a file of one payout whose cut-off has passed."""
        [payout] = create_payouts(self.platform.pk, [factories.payout_draft(amount)], by=self.service)
        self.account.refresh_from_db()
        advance(self.account, payout.cut_off_at - self.account.business_now() + timedelta(seconds=2))
        start_due()
        seal_files()
        return PaymentFile.objects.get(attempts__payout=payout)

    def _stops(self):
        by = self.others["operator"]
        author = self.others["treasurer"]
        self.setting = draft_setting(self.policy_draft(factories.partner("Brookstore")), by=author)
        propose_setting(self.setting.pk, by=author)
        self.stop = stop_sending("country", "FR", by=by, reason="Asked to")
        self.proposed_stop = stop_sending("country", "NL", by=by, reason="Asked to")
        propose_lift(self.proposed_stop.pk, by=self.approvers[0], reason="Over")

    def _people_and_platforms(self):
        self.newcomer = factories.person(None, "New Comer")
        self.member = factories.person("auditor", "Member")
        self.shut_out = factories.person("auditor", "Shut Out")
        self.shut_out.is_active = False
        self.shut_out.save(update_fields=["is_active"])
        phone_of(self.member)
        self.link = propose_link(self.member.pk, self.shut_out.pk, by=self.others["administrator"], reason="By name")
        self.endpoint, _ = create_endpoint(self.platform.pk, "https://example.com/hook", ["*"], by=SYSTEM)
        event = Event.objects.filter(partner_id=self.platform.pk).first()
        self.delivery = Delivery.objects.create(
            event=event, endpoint=self.endpoint, subject=event.subject, sequence=event.sequence, status="failed"
        )

        live = factories.partner("Realmarket", mode="live")
        self.live_key, _ = create_key(live.pk, "Live", ["payouts:read"], by=self.others["administrator"])
        self.suspended = factories.partner("Closedmarket")
        suspend_partner(self.suspended.pk, by=SYSTEM)

    def policy_draft(self, platform=None):
        policy = {"bands": [{"up_to": None, "approvals": 1}]}
        return SettingDraft(
            "approval_policy", policy, (platform or self.platform).pk, "EUR", reason="Because of the test"
        )

    def split(self):
        return [Choice("payout", self.sent[1].pk), Choice("fee", amount=30)]

    def whole(self):
        return Choice("payout", self.sent[1].pk)

    def parts(self):
        return [(line.pk, None) for line in self.part_lines]

    def funding(self):
        return Choice("funding", self.platform.pk)

    def _another_list(self):
        """Write a watchlist that was never loaded, and return its files."""
        path = self.folder / "sdn.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(f'{text}9003,"QUIBBLE, Nora","individual","TESTPROG",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n')
        return [path, self.folder / "alt.csv", self.folder / "add.csv"]


def _signed_in(person):
    client = Client()
    client.force_login(person)
    return client
