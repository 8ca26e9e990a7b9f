"""What banks say: files, statements, their lines and the parts of these."""

import hashlib

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.core.money import format_amount
from apps.rails.models import BankAccount


class StatementFileManager(models.Manager.from_queryset(LockingQuerySet)):
    """Leaves the bytes in the database until somebody asks for them."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class StatementFile(PublicId, models.Model):
    """One file of statements or notifications as a bank sent it, and what became of it."""

    class Status(models.TextChoices):
        IMPORTED = "imported", "Imported"
        WAITING = "waiting", "Waiting for an earlier statement"
        REFUSED = "refused", "Refused"

    id_prefix = "stf"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(
        BankAccount, models.PROTECT, null=True, related_name="+", help_text="In whose folder it lay, if in any."
    )
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True, help_text="Digest of the bytes: a file is imported once.")
    content = Ciphertext(context="reconciliation.statement_file:{pk}", editable=False)
    status = models.CharField(max_length=8, choices=Status)
    code = models.CharField(max_length=40, blank=True, help_text="Why it was not imported, for programs.")
    reasons = models.JSONField(default=list, help_text="Why it was not imported, for people.")
    warnings = models.JSONField(default=list, help_text="What is unusual about it.")
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField(db_default=Now(), editable=False)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = StatementFileManager()

    class Meta:
        ordering = ["-received_at"]
        base_manager_name = "objects"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(status="imported", code="") | (Q(status__in=["waiting", "refused"]) & ~Q(code="")),
                name="statementfile_refused_with_reason",
            ),
        ]

    def __str__(self):
        return self.file_name

    @staticmethod
    def digest(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def write_content(self, content: bytes) -> None:
        self.sha256 = self.digest(content)
        self.content = encrypt_file(content, context_of(StatementFile, "content", self.pk))

    def read_content(self) -> bytes:
        """Return the bytes as the bank sent them."""
        return decrypt_file(self.content, context_of(StatementFile, "content", self.pk))


class Statement(PublicId, QuickRows, models.Model):
    """
    One account statement (camt.053) or one notification of bookings (camt.054).

    Statements of an account form a chain without gaps: `number` counts them, and each opens where the one before closed.
    When one comes late, the numbers of those behind it move on.
    """

    STATEMENT, NOTIFICATION = "camt.053", "camt.054"

    id_prefix = "stm"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=8, choices=[(STATEMENT, "Statement"), (NOTIFICATION, "Notification")])
    number = models.PositiveIntegerField(null=True, help_text="Place in the account's chain of statements, from 1.")
    message_id = models.CharField(max_length=255, blank=True)
    statement_id = models.CharField(max_length=255, help_text="The bank's own id of the statement.")
    sequence = models.CharField(max_length=40, blank=True, help_text="The bank's own number of the statement.")
    digest = models.CharField(max_length=64, help_text="Of the file's bytes: the same id with other bytes is refused.")
    currency = models.CharField(max_length=3)
    opening = models.BigIntegerField(null=True, help_text="Booked balance before the lines, in minor units.")
    closing = models.BigIntegerField(null=True, help_text="Booked balance after the lines, in minor units.")
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True, help_text="The day whose books this statement closes.")
    lines_count = models.PositiveIntegerField(default=0)
    credits = models.BigIntegerField(default=0, help_text="Sum of the booked credit lines.")
    debits = models.BigIntegerField(default=0, help_text="Sum of the booked debit lines.")
    imported_at = models.DateTimeField(db_default=Now(), editable=False)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at", "-number"]
        default_permissions = ()
        permissions = [
            ("view_statement", "Can read statements"),
            ("import_statement", "Can import statements"),
            ("match_line", "Can match statement lines"),
            ("undo_match", "Can undo matches"),
            ("close_day", "Can close a day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "kind", "statement_id"], name="statement_id_once"),
            models.UniqueConstraint(
                fields=["bank_account", "number"],
                name="statement_number_once",
                deferrable=models.Deferrable.IMMEDIATE,  # numbers move on by one, all in one command
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="camt.053",
                    number__gt=0,
                    opening__isnull=False,
                    closing__isnull=False,
                    closes_on__isnull=False,
                )
                | Q(kind="camt.054", number=None),
                name="statement_has_balances",
            ),
            models.CheckConstraint(
                condition=Q(kind="camt.054")
                | Q(closing=models.F("opening") + models.F("credits") - models.F("debits")),
                name="statement_adds_up",
            ),
        ]
        indexes = [models.Index(fields=["bank_account", "closes_on"], name="statement_by_day")]

    def __str__(self):
        return self.statement_id

    @property
    def is_statement(self) -> bool:
        return self.kind == self.STATEMENT


class StatementLineQuerySet(LockingQuerySet):
    def open(self):
        """Return the booked lines that are not matched, or only in part."""
        return self.filter(state__in=StatementLine.OPEN_STATES)


class StatementLine(PublicId, QuickRows, models.Model):
    """
    One entry of a bank, once, however many files tell of it.

    Its identity is a fingerprint of what never changes from one file to the next, and the occurrence number that keeps
    two equal entries apart.
    """

    CREDIT, DEBIT = "CRDT", "DBIT"

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        PENDING = "pending", "Pending"
        INFORMATION = "information", "For information"

    class State(models.TextChoices):
        UNMATCHED = "unmatched", "Unmatched"
        PARTLY = "partly", "Partly matched"
        MATCHED = "matched", "Matched"
        NOTED = "noted", "Nothing to match"

    OPEN_STATES = (State.UNMATCHED, State.PARTLY)
    id_prefix = "lin"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines", db_index=False)
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        related_name="lines",
        help_text="Empty until a statement lists it.",
        db_index=False,
    )
    notification = models.ForeignKey(
        Statement, models.PROTECT, null=True, related_name="notified_lines", help_text="The camt.054 that told of it."
    )
    position = models.PositiveIntegerField(help_text="Place in the file, from 1.")
    fingerprint = models.BinaryField(max_length=32, editable=False)
    occurrence = models.PositiveIntegerField(help_text="Tells equal entries apart, from 1.")
    status = models.CharField(max_length=11, choices=Status)
    state = models.CharField(max_length=9, choices=State)
    sign = models.CharField(max_length=4, choices=[(CREDIT, "Credit"), (DEBIT, "Debit")])
    amount = models.BigIntegerField(help_text="Minor units, never negative.")
    currency = models.CharField(max_length=3)
    reversal = models.BooleanField(default=False, help_text="The bank takes back an earlier entry.")
    booked_on = models.DateField()
    value_on = models.DateField()
    bank_reference = models.CharField(max_length=255, blank=True, help_text="AcctSvcrRef, the bank's own reference.")
    message_id = models.CharField(max_length=255, blank=True, help_text="Message id of the file that was booked.")
    payment_information_id = models.CharField(max_length=255, blank=True)
    bank_code = models.CharField(
        max_length=40, blank=True, help_text="Bank transaction code: domain/family/sub-family."
    )
    proprietary_code = models.CharField(max_length=70, blank=True, help_text="The bank's own transaction code.")
    text = models.TextField(blank=True, help_text="What the bank adds in words.")

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        ordering = ["booked_on", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "fingerprint", "occurrence"], name="line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="line_amount"),
            models.CheckConstraint(condition=Q(sign__in=["CRDT", "DBIT"]), name="line_sign"),
            models.CheckConstraint(condition=Q(status__in=["booked", "pending", "information"]), name="line_status"),
            models.CheckConstraint(
                condition=Q(state__in=["unmatched", "partly", "matched", "noted"]), name="line_state"
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | Q(notification__isnull=False), name="line_told_by_a_file"
            ),
            models.CheckConstraint(
                condition=Q(state="noted") | Q(status="booked", amount__gt=0), name="line_matched_only_if_booked"
            ),
        ]
        indexes = [
            models.Index(fields=["statement", "position"], name="line_by_statement"),
            models.Index(
                fields=["bank_account", "id"], condition=Q(state__in=["unmatched", "partly"]), name="line_open"
            ),
            models.Index(
                fields=["booked_on", "position", "-id"],
                condition=Q(state__in=["unmatched", "partly"]),
                name="line_open_in_order",
            ),
            models.Index(fields=["bank_account", "booked_on"], name="line_by_day"),
            # The list of lines, oldest first: of one state, and all of them.
            models.Index(fields=["state", "booked_on", "position", "-id"], name="line_of_state"),
            models.Index(fields=["booked_on", "position", "-id"], name="line_in_order"),
        ]

    def __str__(self):
        return f"{self.sign} {self.amount_text}"

    @property
    def amount_text(self) -> str:
        return f"{format_amount(self.amount, self.currency)} {self.currency}"

    @property
    def is_credit(self) -> bool:
        return self.sign == self.CREDIT

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES


class LinePart(QuickRows, models.Model):
    """One transaction of a line: what is matched. A line without details has one part that is the whole line."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="parts", db_index=False)
    number = models.PositiveIntegerField(help_text="Place in the line, from 1.")
    amount = models.BigIntegerField()
    is_open = models.BooleanField(help_text="Booked, and not yet matched to anything but suspense.")
    is_whole = models.BooleanField(default=False, help_text="The line came without usable details.")
    is_return = models.BooleanField(default=False, help_text="The bank says that this is money coming back.")
    end_to_end_id = models.CharField(max_length=255, blank=True, help_text="As the bank wrote it.")
    tx_id = models.CharField(max_length=255, blank=True)
    instruction_id = models.CharField(max_length=255, blank=True)
    payment_information_id = models.CharField(max_length=255, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    payout_reference = models.CharField(max_length=16, blank=True, help_text="The one verified payout reference in it.")
    funding_reference = models.CharField(max_length=16, blank=True, help_text="The one verified funding reference.")
    references = ArrayField(
        models.CharField(max_length=16), default=list, help_text="Every verified reference of ours in it."
    )
    counterparty = models.CharField(max_length=255, blank=True)
    counterparty_account = models.CharField(max_length=40, blank=True, help_text="Masked.")
    counterparty_account_index = models.BinaryField(max_length=32, null=True, editable=False)
    remittance = models.TextField(blank=True)
    return_code = models.CharField(max_length=40, blank=True)
    return_text = models.TextField(blank=True)

    class Meta:
        ordering = ["line", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="linepart_number_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="linepart_amount"),
        ]
        indexes = [
            models.Index(fields=["line"], condition=Q(is_open=True), name="linepart_open"),
            models.Index(
                fields=["payout_reference"], condition=Q(payout_reference__gt=""), name="linepart_payout_reference"
            ),
        ]

    def __str__(self):
        return self.end_to_end_id or self.counterparty or f"part {self.number}"
