"""Where cases take place: people and platforms that stay for many of them, and an account and a bank for each."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F
from django.test import Client

from apps.api.models import IdempotencyKey
from apps.core.database import database_now
from apps.core.money import format_amount
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery
from apps.events.operations import create_endpoint
from apps.ledger.queries import balances
from apps.partners.models import Partner
from apps.payouts.models import Attempt, Payout
from apps.rails.models import BankAccount, PaymentFile
from apps.sandbox.operations import change_reporting
from tests import factories
from tests.failpoints.outcomes import ORDINARY_AMOUNT

LONGEST_LEASE_SECONDS = 120
RAILS = {"file": "sepa_credit_transfer", "call": "sepa_instant"}
_FUNDS = 100_000_000
_ATTEMPT_TIMES = ("next_step_at", "lease_until", "first_sent_at", "sent_before", "created_at")
_ROLES = ("approver", "treasurer", "compliance_officer")


@dataclass(frozen=True)
class Platform:
    """A platform with money, and a client that speaks the API with its key."""

    partner: Partner
    token: str
    client: Client

    def post(self, path, document, key):
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        body = json.dumps(document)
        return self.client.generic("POST", f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    @property
    def money(self) -> dict[str, int]:
        held = balances(self.partner.public_id)["EUR"]
        return {kind: held.get(kind, 0) for kind in ("funds", "reserved")}


class Surroundings:
    """What all cases of a database share. One of the platforms is told what happens by webhooks, to the receiver."""

    def __init__(self, bank_url, receiver):
        self.bank_url, self.receiver = bank_url, receiver
        self.people = {role: factories.person(role) for role in _ROLES}
        factories.policy((None, 1))
        with TemporaryDirectory() as folder:
            factories.watchlist(Path(folder))
        account = factories.bank_account()
        client = Client()
        client.get("/api/v1/payouts")  # what is loaded by the first request is loaded before processes are forked
        self.quiet, self.told = (self._platform(account, client) for _ in range(2))
        create_endpoint(self.told.partner.pk, receiver.url, ["*"], by=SYSTEM)
        close(account)

    def _platform(self, account, client):
        partner = factories.partner()
        factories.fund(partner, account, _FUNDS)
        return Platform(partner, factories.key_of(partner)[1], client)


class World:
    """What belongs to one case. `ends` says how each payout must end, by its reference."""

    def __init__(self, name, family, outcome, surroundings, *, is_told):
        self.name, self.family, self.outcome = name, family, outcome
        self.people, self.receiver, self.is_told = surroundings.people, surroundings.receiver, is_told
        self.platform = surroundings.told if is_told else surroundings.quiet
        self.money_before = self.platform.money
        instant = {"url": surroundings.bank_url, "protocol": asdict(outcome.terms)} if family == "call" else None
        self.bank_account = factories.bank_account(instant=instant)
        if not outcome.batch_details:
            change_reporting(self.bank_account.pk, batch_details=False, by=SYSTEM)
        self.ends = {f"{name}-1": outcome.end} | ({f"{name}-2": outcome.also} if family == "file" else {})

    @cached_property
    def request(self):
        """What the platform asks for, as (path, document): a batch with a second, ordinary payout, or a single one."""
        amounts = dict(zip(self.ends, (self.outcome.amount, ORDINARY_AMOUNT + 1), strict=False))
        payouts = [self._payout(reference, amount) for reference, amount in amounts.items()]
        if self.family == "call":
            return "payouts", payouts[0]
        return "batches", {"reference": self.name, "payouts": payouts}

    def _payout(self, reference, amount):
        method = {"type": "iban", "iban": factories.iban()}
        recipient = {"kind": "individual", "name": "Ada Quill", "country": "DE", "method": method}
        about = {"amount": format_amount(amount, "EUR"), "currency": "EUR", "reference": reference}
        return about | {"recipient": recipient, "rail": RAILS[self.family]}

    def post(self):
        """Send the platform's request; return the answer."""
        return self.platform.post(*self.request, key=self.name)

    @property
    def payouts(self):
        return Payout.objects.filter(partner=self.platform.partner, reference__in=self.ends).order_by("pk")

    @property
    def attempts(self):
        return Attempt.objects.filter(bank_account=self.bank_account)

    @property
    def keys(self):
        return IdempotencyKey.objects.filter(partner=self.platform.partner, key=self.name)

    @property
    def deliveries(self):
        subjects = [payout.public_id for payout in self.payouts]
        return Delivery.objects.filter(endpoint__partner_id=self.platform.partner.pk, subject__in=subjects)

    def let_pass(self, seconds) -> None:
        """Let time pass for bank, workers and dispatcher: what was to come so much later is due."""
        if not seconds:
            return
        by = timedelta(seconds=seconds)
        self.bank_account.clock_offset_seconds += seconds
        self.bank_account.save(update_fields=["clock_offset_seconds"])
        if self.family == "call":
            self.attempts.update(**{name: F(name) - by for name in _ATTEMPT_TIMES})
        else:
            files = PaymentFile.objects.filter(bank_account=self.bank_account)
            files.exclude(lease_until=None).update(lease_until=F("lease_until") - by)
        if self.is_told:
            pending = self.deliveries.filter(status="pending")
            pending.update(next_at=F("next_at") - by, lease_until=F("lease_until") - by)

    def until_next_call(self):
        """Return after how many seconds the bank may be called again, or None if that is not soon."""
        now = database_now()
        moments = [
            max(filter(None, [attempt.next_step_at, attempt.lease_until]))
            for attempt in self.attempts.exclude(next_step="")
        ]
        seconds = min(((moment - now).total_seconds() for moment in moments), default=None)
        return None if seconds is None or seconds > 3600 else max(int(seconds), 0) + 1

    def seconds_until(self, moment) -> int:
        """Return how many seconds the account's clock needs to have passed a moment."""
        return max(int((moment - self.bank_account.business_now()).total_seconds()) + 2, 0)

    @property
    def messages(self) -> list[dict]:
        """Return the webhooks that have arrived at the platform, in that order."""
        return [json.loads(one.body) for one in self.receiver.received]


def close(account) -> None:
    """Close an account, so that later cases do not pay from it."""
    BankAccount.objects.filter(pk=account.pk).update(status=BankAccount.CLOSED)
