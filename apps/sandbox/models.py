"""The simulated bank's own books. Nothing in the portal reads these tables; the two sides meet in files only."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt, decrypt_file, encrypt, encrypt_file
from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner
from apps.rails.models import BankAccount
from apps.sandbox.messages.camt import CREDIT, DEBIT


class Book(QuickRows, models.Model):
    """The bank's side of one sandbox bank account: which day is open, and how the bank reports."""

    bank_account = models.OneToOneField(BankAccount, models.PROTECT, primary_key=True, related_name="+")
    open_day = models.DateField(help_text="The banking day that lines are booked on; all earlier days are closed.")
    next_booking = models.PositiveIntegerField(default=1)
    next_file = models.PositiveIntegerField(default=1)
    instant_log_read = models.PositiveBigIntegerField(
        default=0, help_text="How many bytes of the log of instant payments are taken over."
    )
    statement_version = models.CharField(
        max_length=2, choices=[("08", "08"), ("02", "02")], default="08", help_text="Version of camt.053 and camt.054."
    )
    batch_details = models.BooleanField(
        default=True, help_text="Whether a batch line lists the payments it consists of."
    )
    fee_per_file = models.PositiveIntegerField(default=50, help_text="Minor units charged for each file booked.")
    fee_per_payment = models.PositiveIntegerField(default=2, help_text="Minor units charged for each payment booked.")

    objects = LockingQuerySet.as_manager()

    class Meta:
        db_table = "sandbox_book"

    def __str__(self):
        return f"Book of {self.bank_account_id}"


class OpenedPlatform(models.Model):
    """One sandbox platform that the programs of another one opened, to have a clean one."""

    partner = models.OneToOneField(Partner, models.PROTECT, primary_key=True, related_name="+")
    opener = models.ForeignKey(Partner, models.PROTECT, related_name="opened_platforms")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, help_text="When its bank account was closed too.")

    class Meta:
        db_table = "sandbox_opened_platform"
        constraints = [
            models.CheckConstraint(condition=~Q(partner=F("opener")), name="sandbox_opened_by_another"),
        ]

    def __str__(self):
        return f"{self.partner_id}"


class PostedScenarios(PublicId, models.Model):
    """One scenario file: what the bank does with a platform's payments until the next file comes."""

    id_prefix = "sbs"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="scenarios")
    number = models.PositiveIntegerField(help_text="Counts the files of the book; the highest is in force.")
    content = models.JSONField(help_text="As it was checked: name, seed and rules; amounts in minor units.")
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sandbox_posted_scenarios"
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="sandbox_scenarios_in_sequence")]

    def __str__(self):
        return f"{self.book_id} {self.number}"


class Direction(PublicId, models.Model):
    """What a platform wants the bank to do with one payment; it comes before every scenario."""

    id_prefix = "sbd"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="directions")
    end_to_end_id = models.CharField(max_length=35)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=4, blank=True)
    banking_days = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "sandbox_direction"
        constraints = [models.UniqueConstraint(fields=["book", "end_to_end_id"], name="sandbox_one_direction")]

    def __str__(self):
        return f"{self.end_to_end_id} {self.outcome}"


class ReceivedFile(models.Model):
    """One payment file that the bank has taken from its inbox folder, and what it made of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="received_files")
    file_name = models.CharField(max_length=255)
    sha256 = models.BinaryField(max_length=32)
    received_at = models.DateTimeField(help_text="On the account's clock.")
    message_id = models.CharField(max_length=35, blank=True)
    status = models.CharField(max_length=4)
    reason = models.CharField(max_length=4, blank=True)

    class Meta:
        db_table = "sandbox_received_file"
        constraints = [
            models.UniqueConstraint(fields=["book", "file_name", "sha256"], name="sandbox_file_taken_once"),
        ]

    def __str__(self):
        return self.file_name


class Statement(models.Model):
    """One closed banking day of a book."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="statements")
    day = models.DateField()
    sequence = models.PositiveIntegerField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()

    class Meta:
        db_table = "sandbox_statement"
        constraints = [
            models.UniqueConstraint(fields=["book", "day"], name="sandbox_day_closes_once"),
            models.UniqueConstraint(fields=["book", "sequence"], name="sandbox_statements_in_sequence"),
        ]

    def __str__(self):
        return f"{self.day}"


class Booking(PublicId, QuickRows, models.Model):
    """One line booked on the account: a batch, a single or instant payment, a fee, a deposit or a return."""

    id_prefix = "dep"

    class Kind(models.TextChoices):
        BATCH = "batch"
        SINGLE = "single"
        FEE = "fee"
        DEPOSIT = "deposit"
        RETURN = "return"
        INSTANT = "instant"
        INSTANT_RETURN = "instant_return"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=14, choices=Kind)
    reference = models.CharField(max_length=35, help_text="The bank's own reference of the line (AcctSvcrRef).")
    booked_on = models.DateField()
    sign = models.CharField(max_length=4, choices=[(CREDIT, CREDIT), (DEBIT, DEBIT)])
    amount = models.BigIntegerField()
    text = models.CharField(max_length=140)
    counterparty = models.CharField(max_length=140, blank=True)
    remittance = models.CharField(max_length=140, blank=True)
    created_at = models.DateTimeField(help_text="On the account's clock.")

    class Meta:
        db_table = "sandbox_booking"
        constraints = [
            models.UniqueConstraint(fields=["book", "reference"], name="sandbox_booking_reference"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_booking_amount_positive"),
        ]
        indexes = [models.Index(fields=["book", "booked_on", "reference"], name="sandbox_booking_day")]

    def __str__(self):
        return self.reference


class Order(QuickRows, models.Model):
    """One payment of a received file: whether the bank took it, when it pays, and when it comes back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(ReceivedFile, models.PROTECT, related_name="orders")
    book = models.ForeignKey(Book, models.PROTECT, related_name="orders")
    position = models.PositiveIntegerField()
    payment_information_id = models.CharField(max_length=35)
    instruction_id = models.CharField(max_length=35, blank=True)
    end_to_end_id = models.CharField(max_length=35)
    amount = models.BigIntegerField()
    creditor_name = models.CharField(max_length=70)
    creditor_iban = Ciphertext(context="sandbox.order.iban:{pk}", editable=False, help_text="Encrypted.")
    remittance = models.CharField(max_length=140, blank=True)
    refusal = models.CharField(max_length=4, blank=True, help_text="Reason code; empty when the bank took the payment.")
    scenario = models.CharField(max_length=40, blank=True)
    singly = models.BooleanField(default=False, help_text="Whether the payment is booked as a line of its own.")
    pay_on = models.DateField(null=True, help_text="Banking day of the debit; empty when it is never paid.")
    return_on = models.DateField(null=True, help_text="Banking day on which the money comes back.")
    return_reason = models.CharField(max_length=4, blank=True)
    return_unnamed = models.BooleanField(default=False, help_text="Whether it comes back without its references.")
    is_paid_though_refused = models.BooleanField(default=False, help_text="Whether the bank contradicts itself.")
    debit = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="orders")
    credit = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="returned_order")

    class Meta:
        db_table = "sandbox_order"
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="sandbox_order_position"),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(is_paid_though_refused=True) | Q(pay_on=None, debit=None, credit=None),
                name="sandbox_refused_is_not_paid",
            ),
            models.CheckConstraint(
                condition=Q(credit=None) | Q(debit__isnull=False) & ~Q(credit=F("debit")),
                name="sandbox_returned_after_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["book", "pay_on"], condition=Q(debit=None), name="sandbox_order_to_pay"),
            models.Index(fields=["book", "return_on"], condition=Q(credit=None), name="sandbox_order_to_return"),
        ]

    def __str__(self):
        return self.end_to_end_id

    def read_iban(self) -> str:
        return decrypt(self.creditor_iban, context_of(Order, "creditor_iban", self.pk))

    @staticmethod
    def seal_iban(order_id, iban: str) -> bytes:
        """Return what `creditor_iban` holds for an order with this id."""
        return encrypt(iban, context_of(Order, "creditor_iban", order_id))


class InstantMovement(QuickRows, models.Model):
    """Money that an instant payment or its return has moved, or will move at its time, as the log of these tells."""

    class Kind(models.TextChoices):
        EXECUTED = "executed"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="instant_movements")
    position = models.PositiveBigIntegerField(help_text="Where its line begins in the log, in bytes.")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField(help_text="On the account's clock.")
    amount = models.BigIntegerField()
    instruction_id = models.CharField(max_length=35)
    end_to_end_id = models.CharField(max_length=35)
    creditor_name = models.CharField(max_length=70)
    creditor_iban = Ciphertext(context="sandbox.instant_movement.iban:{pk}", editable=False, help_text="Encrypted.")
    remittance = models.CharField(max_length=140, blank=True)
    bank_reference = models.CharField(max_length=35)
    reason = models.CharField(max_length=4, blank=True, help_text="Why the money came back.")
    notices = models.CharField(max_length=12, blank=True, help_text="What befalls its notification.")
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="instant_movement")

    class Meta:
        db_table = "sandbox_instant_movement"
        constraints = [
            models.UniqueConstraint(fields=["book", "position"], name="sandbox_instant_fact_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_instant_amount_positive"),
        ]
        indexes = [
            models.Index(fields=["book", "at"], condition=Q(booking=None), name="sandbox_instant_to_book"),
        ]

    def __str__(self):
        return self.end_to_end_id

    def read_iban(self) -> str:
        return decrypt(self.creditor_iban, context_of(InstantMovement, "creditor_iban", self.pk))

    def write_iban(self, iban: str) -> None:
        self.creditor_iban = encrypt(iban, context_of(InstantMovement, "creditor_iban", self.pk))


class SentFile(QuickRows, models.Model):
    """One file that the bank puts into its outbox folder: an answer, a statement or a notification."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="sent_files")
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=100)
    content = Ciphertext(context="sandbox.sent_file:{pk}", editable=False, help_text="Encrypted.")
    due_at = models.DateTimeField(help_text="On the account's clock; the file is not in the folder before.")
    written_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sandbox_sent_file"
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="sandbox_files_in_sequence")]
        indexes = [models.Index(fields=["book", "due_at"], condition=Q(written_at=None), name="sandbox_file_to_write")]

    def __str__(self):
        return self.file_name

    def write_content(self, content: bytes) -> None:
        self.content = encrypt_file(content, context_of(SentFile, "content", self.pk))

    def read_content(self) -> bytes:
        return decrypt_file(self.content, context_of(SentFile, "content", self.pk))
