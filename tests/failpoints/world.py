"""Where a case takes place: people who stay for many cases, and a platform, an account and a bank of its own."""

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.conf import settings
from django.db.models import F
from django.test import Client

from apps.api.models import IdempotencyKey
from apps.core.database import database_now
from apps.core.money import format_amount
from apps.core.permissions import SYSTEM
from apps.events.models import Delivery
from apps.events.operations import create_endpoint
from apps.payouts.models import Attempt, Payout
from apps.rails.models import BankAccount, PaymentFile
from apps.reconciliation.jobs import import_inbox
from apps.sandbox.folder import deliver
from apps.sandbox.operations import change_reporting, deposit
from apps.users.models import User
from tests import factories
from tests.failpoints.outcomes import ORDINARY_AMOUNT

DEPOSIT = 1_000_000
LONGEST_LEASE_SECONDS = 120
RAILS = {"file": "sepa_credit_transfer", "call": "sepa_instant"}
_ATTEMPT_TIMES = ("next_step_at", "lease_until", "first_sent_at", "sent_before", "created_at")
_ROLES = ("approver", "treasurer", "compliance_officer")


def people_arrive() -> dict[str, User]:
    """Have the people, the policy and the watchlist of a fresh database; return the people by role."""
    people = {role: factories.person(role) for role in _ROLES}
    factories.policy((None, 1))
    with TemporaryDirectory() as folder:
        factories.watchlist(Path(folder))
    return people


class World:
    """What belongs to one case. `request` is (path, document), sent as often as somebody walks the road."""

    def __init__(self, name, family, outcome, people, bank_url, receiver):
        self.family, self.outcome, self.people = family, outcome, people
        self.platform = factories.partner(f"Platform {name}")
        self.headers = {"Authorization": f"Bearer {factories.key_of(self.platform)[1]}", "Idempotency-Key": name}
        instant = {"url": bank_url, "protocol": asdict(outcome.terms)} if family == "call" else None
        self.bank_account = factories.bank_account(instant=instant)
        deposit(self.bank_account.pk, DEPOSIT, self.platform.funding_reference, by=SYSTEM)
        change_reporting(self.bank_account.pk, batch_details=outcome.batch_details, by=SYSTEM)
        deliver(self.bank_account)
        import_inbox()
        self.receiver, self.hook = receiver, f"{receiver.url}/{name}"
        create_endpoint(self.platform.pk, self.hook, ["*"], by=SYSTEM)
        self.ends, self.request = self._request(name)

    def _request(self, name):
        """Return how each payout must end by its reference, and the request for them: a batch, or a single payout."""
        single = self._payout(f"{name}-1", self.outcome.amount)
        if self.family == "call":
            return {single["reference"]: self.outcome.end}, ("payouts", single)
        other = self._payout(f"{name}-2", ORDINARY_AMOUNT + 1)
        document = {"reference": name, "payouts": [single, other]}
        return {single["reference"]: self.outcome.end, other["reference"]: self.outcome.also}, ("batches", document)

    def _payout(self, reference, amount):
        method = {"type": "iban", "iban": factories.iban()}
        recipient = {"kind": "individual", "name": "Ada Quill", "country": "DE", "method": method}
        return {
            "recipient": recipient,
            "amount": format_amount(amount, "EUR"),
            "currency": "EUR",
            "reference": reference,
            "rail": RAILS[self.family],
        }

    @property
    def payouts(self):
        return Payout.objects.filter(partner=self.platform).order_by("pk")

    @property
    def attempts(self):
        return Attempt.objects.filter(payout__in=self.payouts)

    @property
    def keys(self):
        return IdempotencyKey.objects.filter(partner=self.platform)

    def post(self):
        """Send the request over the API; return the answer."""
        path, document = self.request
        return Client().generic(
            "POST", f"/api/v1/{path}", json.dumps(document), content_type="application/json", headers=self.headers
        )

    def let_pass(self, seconds) -> None:
        """Let time pass for bank, workers and dispatcher: what was to come so much later is due."""
        by = timedelta(seconds=seconds)
        BankAccount.objects.filter(pk=self.bank_account.pk).update(
            clock_offset_seconds=F("clock_offset_seconds") + int(seconds)
        )
        self.attempts.update(**{name: F(name) - by for name in _ATTEMPT_TIMES})
        files = PaymentFile.objects.filter(bank_account=self.bank_account)
        files.exclude(lease_until=None).update(lease_until=F("lease_until") - by)
        mine = Delivery.objects.filter(endpoint__partner_id=self.platform.pk, status="pending")
        mine.update(next_at=F("next_at") - by, lease_until=F("lease_until") - by)

    def until_next_call(self):
        """Return after how many seconds the bank may be called again, or None if that is not soon."""
        now = database_now()
        moments = [
            max(filter(None, [attempt.next_step_at, attempt.lease_until]))
            for attempt in self.attempts.exclude(next_step="")
        ]
        seconds = min(((moment - now).total_seconds() for moment in moments), default=None)
        return None if seconds is None or seconds > 3600 else max(int(seconds), 0) + 1

    def until_cut_off(self):
        """Return after how many seconds the cut-off of what is scheduled has come, or None if nothing is."""
        waiting = self.payouts.filter(status="scheduled").order_by("-cut_off_at").first()
        if waiting is None:
            return None
        self.bank_account.refresh_from_db(fields=["clock_offset_seconds"])
        return max(int((waiting.cut_off_at - self.bank_account.business_now()).total_seconds()), 0) + 2

    def leave(self) -> None:
        """Close the account, so that later cases do not pay from it."""
        BankAccount.objects.filter(pk=self.bank_account.pk).update(status=BankAccount.CLOSED)

    @property
    def messages(self) -> list[dict]:
        """Return the webhooks that have arrived at the platform, in that order."""
        return [json.loads(one.body) for one in self.receiver.received if self.hook.endswith(one.path)]

    @property
    def uploads(self) -> list[tuple[str, str]]:
        """Return (name, sha256) of every file that was put into the bank's inbox, by whichever process."""
        path = Path(settings.BANK_FOLDER) / "uploads"
        rows = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [(name, digest) for folder, name, digest in rows if folder == self.bank_account.folder]


@contextmanager
def uploads_noted():
    """Note every file that appears in a bank's inbox, outside the portal's own memory, until the block ends."""
    link = os.link

    def links(source, target, **options):
        link(source, target, **options)
        target = Path(target)
        if target.parent.name == "to_bank":
            digest = hashlib.sha256(target.read_bytes()).hexdigest()
            with (Path(settings.BANK_FOLDER) / "uploads").open("a") as out:
                out.write(f"{target.parent.parent.name} {target.name} {digest}\n")

    with patch("os.link", links):
        yield
