"""Our bank accounts."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import blind_index, decrypt, encrypt
from apps.core.database import LockingQuerySet, QuickRows, database_now
from apps.core.ids import PublicId, uuid7
from apps.core.seldom import seldom
from apps.core.statements import ask, rows_where
from apps.events.models import Event
from apps.partners.models import Partner
from apps.rails.calendars import TARGET
from apps.rails.transports import folder


def _path(name) -> Path:
    return Path(settings.BANK_FOLDER) / name


class BankAccountQuerySet(LockingQuerySet):
    def active(self):
        return self.filter(status=BankAccount.ACTIVE)

    def paying(self, mode, currency, partner_id=None):
        """Return the accounts that payouts of this mode and currency can leave from: the platform's own first, then oldest first."""
        return self.open_to(mode, partner_id).filter(currency=currency)

    def open_to(self, mode, partner_id=None):
        """Return the active accounts of a mode that a platform's payouts can leave from: its own first, then those for all."""
        whose = Q(partner_id=None) | Q(partner_id=partner_id) if partner_id else Q(partner_id=None)
        return self.active().filter(whose, mode=mode).order_by(F("partner_id").asc(nulls_last=True), "pk")

    def list_open_to(self, mode, partner_id) -> list:
        """Return what `open_to` does, as quickly as it can be asked."""
        return seldom(self.model, (mode, partner_id), lambda: self._list_open_to(mode, partner_id))

    def _list_open_to(self, mode, partner_id):
        whose = "(partner_id IS NULL OR partner_id = %s) ORDER BY partner_id NULLS LAST, id"
        return rows_where(self.model, f"WHERE status = 'active' AND mode = %s AND {whose}", [mode, partner_id])

    def with_incoming_files(self, order="id") -> list:
        """Return the accounts in whose folders the bank may have left something, open or closed, in an order given as SQL."""
        named = ask(f"SELECT id, folder FROM rails_bankaccount ORDER BY {order}")  # noqa: S608 - our own words
        ids = [account_id for account_id, name in named if folder.may_hold_files(_path(name))]
        found = {row.pk: row for row in rows_where(self.model, "WHERE id = ANY(%s)", [ids])} if ids else {}
        return [found[account_id] for account_id in ids]

    def ours_among(self, ibans) -> set[str]:
        """Return which of the IBANs are accounts of ours, open or closed, in one query."""
        by_index = {blind_index(iban, "rails.bank_account.iban"): iban for iban in ibans}
        if not by_index:
            return set()
        found = ask("SELECT iban_index FROM rails_bankaccount WHERE iban_index = ANY(%s)", [list(by_index)])
        return {by_index[bytes(index)] for (index,) in found}


class BankAccount(PublicId, QuickRows, models.Model):
    """An account of ours at a bank, from which payouts are paid and on which partners' funds arrive."""

    ACTIVE, CLOSED = "active", "closed"
    SANDBOX, LIVE = "sandbox", "live"
    PAIN_09, PAIN_03 = "pain.001.001.09", "pain.001.001.03"
    id_prefix = "ba"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True, help_text="What people here call the account.")
    holder_name = models.CharField(max_length=140, help_text="The account holder as the bank knows it.")
    iban_ciphertext = Ciphertext(context="rails.bank_account.iban:{pk}", editable=False)
    iban_index = models.BinaryField(max_length=32, editable=False)
    iban_last4 = models.CharField(max_length=4, editable=False)
    bic = models.CharField(max_length=11, blank=True, help_text="Empty: the bank finds it by the IBAN.")
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, help_text="The country of the account, from its IBAN.")
    mode = models.CharField(max_length=7, choices=[(SANDBOX, "Sandbox"), (LIVE, "Live")])
    status = models.CharField(max_length=6, choices=[(ACTIVE, "Active"), (CLOSED, "Closed")], default=ACTIVE)
    clock_offset_seconds = models.BigIntegerField(
        default=0, help_text="How far the clock of a sandbox account is ahead. It only moves forward."
    )
    folder = models.CharField(
        max_length=63, unique=True, help_text="Name of the folder in which files are exchanged with the bank."
    )
    pain_version = models.CharField(
        max_length=15,
        choices=[(PAIN_09, PAIN_09), (PAIN_03, PAIN_03)],
        default=PAIN_09,
        help_text="The version of payment files that this bank takes.",
    )
    batch_booking = models.BooleanField(
        default=True, help_text="Ask the bank to book one sum per file instead of every payment."
    )
    instant = models.JSONField(
        null=True,
        blank=True,
        help_text="Address (url) and documented behavior (protocol) of the bank's API for instant payments, if it has one.",
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="bank_accounts",
        help_text="The sandbox platform whose payouts leave from here; empty: those of every platform of its mode.",
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mode", "iban_index"], name="bankaccount_iban_once_per_mode"),
            models.CheckConstraint(
                condition=Q(mode="sandbox") | Q(clock_offset_seconds=0), name="bankaccount_live_clock_is_real"
            ),
            models.CheckConstraint(
                condition=Q(mode="sandbox") | Q(partner=None), name="bankaccount_of_one_platform_is_sandbox"
            ),
            models.UniqueConstraint(
                fields=["partner", "currency"],
                condition=Q(status="active", partner__isnull=False),
                name="bankaccount_one_of_a_platform",
            ),
            models.CheckConstraint(condition=Q(mode__in=["sandbox", "live"]), name="bankaccount_mode"),
            models.CheckConstraint(condition=Q(status__in=["active", "closed"]), name="bankaccount_status"),
            models.CheckConstraint(condition=Q(folder__regex=r"^[a-z0-9][a-z0-9_-]{0,62}$"), name="bankaccount_folder"),
            models.CheckConstraint(
                condition=Q(pain_version__in=["pain.001.001.09", "pain.001.001.03"]), name="bankaccount_pain_version"
            ),
            models.CheckConstraint(
                condition=Q(instant__isnull=True) | Q(instant__has_keys=["url", "protocol"]), name="bankaccount_instant"
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.iban_masked})"

    @property
    def iban_masked(self) -> str:
        return f"{self.country}…{self.iban_last4}"

    @property
    def path(self) -> Path:
        """The folder in which files are exchanged with the bank."""
        return _path(self.folder)

    def write_iban(self, iban: str) -> None:
        self.iban_ciphertext = encrypt(iban, context_of(BankAccount, "iban_ciphertext", self.pk))
        self.iban_last4 = iban[-4:]

    def read_iban(self) -> str:
        return decrypt(self.iban_ciphertext, context_of(BankAccount, "iban_ciphertext", self.pk))

    def business_now(self, now=None):
        """Return the time on this account's own clock; `now` stands in for the database's clock."""
        return (now or database_now()) + timedelta(seconds=self.clock_offset_seconds)

    def business_today(self, now=None):
        """Return the date on this account's own clock, in the zone of the TARGET calendar."""
        return TARGET.day_of(self.business_now(now))

    def business_day_of(self, moment, moves=None):
        """
        Return the date that this account's own clock showed at a moment, though it may have been moved on since.

        `moves` are those of `clock_moves`, for whoever asks about several moments.
        """
        moves = clock_moves([self], moment) if moves is None else moves
        first = next((event for event in moves[self.public_id] if event.created_at > moment), None)
        ahead = first.changes["offset_seconds"][0] if first else self.clock_offset_seconds
        return TARGET.day_of(moment + timedelta(seconds=ahead))


def clock_moves(accounts, since) -> dict:
    """Return per public id of an account the events by which its own clock was moved on since a moment, the first first."""
    moves = {account.public_id: [] for account in accounts}
    moved = [account.public_id for account in accounts if account.clock_offset_seconds]
    if moved:
        events = Event.objects.filter(subject__any_of=moved, type="sandbox.clock_advanced", created_at__gt=since)
        for event in events.order_by("sequence"):
            moves[event.subject].append(event)
    return moves
