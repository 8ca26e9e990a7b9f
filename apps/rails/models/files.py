"""The files that go to banks and the reports that come back."""

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Now
from django_fsm import FSMField, transition

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.core.money import format_amount
from apps.rails.answers import Answers
from apps.rails.models.bank_account import BankAccount
from apps.rails.registry import RAILS
from apps.rails.stops import Stop


class PaymentFileQuerySet(LockingQuerySet):
    def to_hand_over(self):
        """Return the files that the transport should be told about now: sealed, nobody at them, not taken by a person, and not stopped."""
        unleased = Q(lease_until=None) | Q(lease_until__lt=Now())
        stops = Stop.objects.open().over(rail=OuterRef("rail"), bank_account=OuterRef("bank_account_id"))
        sealed = self.filter(unleased, ~Exists(stops), state__in=[PaymentFile.SEALED, PaymentFile.HANDING_OVER])
        return sealed.exclude(hand_overs__status__in=["taken", "reported"]).order_by("pk")

    def handed_over(self):
        """Return the files that the bank has, answered or not."""
        return self.filter(state__in=PaymentFile.WITH_THE_BANK)

    def untold(self):
        """Return the files that the bank has and whose payments have not been told so (`told_at`), oldest first."""
        return self.handed_over().filter(told_at=None).order_by("pk")

    def awaiting_answer(self):
        return self.filter(state=PaymentFile.HANDED_OVER)

    def stuck(self):
        """Return the files that could not be handed over, each with its `problem`."""
        return self.exclude(problem="").order_by("pk")

    def totals(self):
        """Return rows of state, currency, files, payments and amount (minor units)."""
        sums = {"files": Count("pk"), "payments": Sum("transactions"), "amount": Sum("control_sum")}
        return self.order_by("state", "currency").values("state", "currency").annotate(**sums)

    def claim(self, limit):
        """Lock up to `limit` of these rows that no other worker has locked."""
        return self.select_for_update(skip_locked=True, of=("self",))[:limit]


class PaymentFileManager(models.Manager.from_queryset(PaymentFileQuerySet)):
    """Leaves the bytes in the database until somebody asks for them."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class PaymentFile(PublicId, models.Model):
    """One file of payments for one bank account and cut-off; its bytes never change once they are sealed."""

    OPEN, SEALED, HANDING_OVER, HANDED_OVER = "open", "sealed", "handing_over", "handed_over"
    ACCEPTED, PARTLY_ACCEPTED, REJECTED = "accepted", "partly_accepted", "rejected"
    ANSWERED = (ACCEPTED, PARTLY_ACCEPTED, REJECTED)
    WITH_THE_BANK = (HANDED_OVER, *ANSWERED)
    STATES = [
        (OPEN, "Open"),
        (SEALED, "Sealed"),
        (HANDING_OVER, "Being handed over"),
        (HANDED_OVER, "Handed over"),
        (ACCEPTED, "Accepted"),
        (PARTLY_ACCEPTED, "Partly accepted"),
        (REJECTED, "Rejected"),
    ]
    id_prefix = "fil"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="files")
    rail = models.CharField(max_length=40)
    message_id = models.CharField(max_length=35, unique=True, help_text="By this id the bank knows the file.")
    cut_off_at = models.DateTimeField(help_text="When the file is closed and handed over.")
    execute_on = models.DateField(help_text="The banking day on which the bank is asked to execute it.")
    sequence = models.PositiveIntegerField(
        help_text="Counts the files of one cut-off, since a file has a largest size."
    )
    state = FSMField(max_length=16, choices=STATES, default=OPEN)
    currency = models.CharField(max_length=3)
    content = Ciphertext(context="rails.payment_file:{pk}", null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Digest of the bytes as the bank gets them.")
    transactions = models.PositiveIntegerField(default=0)
    control_sum = models.BigIntegerField(default=0, help_text="Sum of all payments, in minor units.")
    file_name = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=400, blank=True, help_text="What keeps the file from being handed over.")
    lease_until = models.DateTimeField(null=True, editable=False)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)
    handed_over_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    recovered_at = models.DateTimeField(
        null=True, editable=False, help_text="When it was found with the bank, after a restore had forgotten it."
    )
    told_at = models.DateTimeField(
        null=True, editable=False, help_text="When the payments inside learned that the bank has the file."
    )

    objects = PaymentFileManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "rail", "cut_off_at", "sequence"], name="paymentfile_once_per_cut_off"
            ),
            models.UniqueConstraint(
                fields=["bank_account", "rail", "cut_off_at"],
                condition=Q(state="open"),
                name="paymentfile_one_open_per_cut_off",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open", content=None, sha256="", file_name="", transactions=0, control_sum=0, sealed_at=None
                )
                | Q(
                    ~Q(state="open"),
                    content__isnull=False,
                    sha256__regex="^[0-9a-f]{64}$",
                    file_name__gt="",
                    transactions__gt=0,
                    control_sum__gte=F("transactions"),
                    sealed_at__isnull=False,
                ),
                name="paymentfile_sealed_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "sealed", "handing_over"], handed_over_at=None, answered_at=None, told_at=None
                )
                | Q(state="handed_over", handed_over_at__isnull=False, answered_at=None)
                | Q(
                    state__in=["accepted", "partly_accepted", "rejected"],
                    handed_over_at__isnull=False,
                    answered_at__isnull=False,
                ),
                name="paymentfile_times_follow_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["open", "sealed", "handing_over"]), name="paymentfile_unfinished"
            ),
            models.Index(
                fields=["id"], condition=Q(told_at=None, handed_over_at__isnull=False), name="paymentfile_untold"
            ),
        ]

    def __str__(self):
        return self.file_name or self.message_id

    @transition(state, source=OPEN, target=SEALED)
    def seal(self):
        """The bytes are fixed."""

    @transition(state, source=SEALED, target=HANDING_OVER)
    def start_handing_over(self):
        """From here on the bank may have the file."""

    @transition(state, source=HANDING_OVER, target=HANDED_OVER)
    def finish_handing_over(self):
        """The bank has the file."""

    @transition(state, source=[HANDED_OVER], target=ACCEPTED)
    def accept(self):
        """The bank takes every payment."""

    @transition(state, source=[HANDED_OVER, ACCEPTED], target=PARTLY_ACCEPTED)
    def accept_partly(self):
        """The bank refused some of the payments."""

    @transition(state, source=[HANDED_OVER, ACCEPTED, PARTLY_ACCEPTED], target=REJECTED)
    def reject(self):
        """The bank refused every payment."""

    @property
    def amount_text(self) -> str:
        return f"{format_amount(self.control_sum, self.currency)} {self.currency}"

    @property
    def is_sealed(self) -> bool:
        return self.state != self.OPEN

    @property
    def is_with_the_bank(self) -> bool:
        return self.state in self.WITH_THE_BANK

    @property
    def is_answered(self) -> bool:
        return self.state in self.ANSWERED

    @property
    def capacity(self) -> int:
        """How many payments the file may hold."""
        return RAILS[self.rail].capabilities.max_transactions_per_file

    def refusals(self):
        """Return what banks said against single payments of the file, or against the whole."""
        return ReportItem.objects.filter(report__file=self, report__parked_reason="").refusals().order_by("pk")

    def write_content(self, content: bytes) -> None:
        self.content = encrypt_file(content, context_of(PaymentFile, "content", self.pk))

    def read_content(self) -> bytes:
        """Return the bytes as the bank gets them."""
        return decrypt_file(self.content, context_of(PaymentFile, "content", self.pk))


class StatusReportQuerySet(LockingQuerySet):
    def unapplied(self):
        """Return the reports that await being applied to the payments they speak about (`applied_at`), oldest first."""
        return self.filter(parked_reason="", applied_at=None).order_by("pk")

    def parked(self):
        """Return the reports that could not be applied and wait for a person."""
        return self.exclude(parked_reason="").order_by("pk")

    def claim(self, limit):
        """Lock up to `limit` of these rows that no other worker has locked."""
        return self.select_for_update(skip_locked=True, of=("self",))[:limit]


class StatusReportManager(models.Manager.from_queryset(StatusReportQuerySet)):
    """Leaves the bytes in the database until somebody asks for them."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class StatusReport(PublicId, models.Model):
    """One answer of a bank, as it came. It speaks about a file of ours, or is parked with the reason why not."""

    id_prefix = "rep"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="reports")
    file = models.ForeignKey(PaymentFile, models.PROTECT, null=True, related_name="reports")
    rail = models.CharField(max_length=40)
    message_id = models.CharField(max_length=255, blank=True)
    original_message_id = models.CharField(max_length=255, blank=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    content = Ciphertext(context="rails.status_report:{pk}", editable=False)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    parked_code = models.CharField(max_length=40, blank=True)
    parked_reason = models.CharField(max_length=400, blank=True, help_text="Why the report could not be applied.")
    applied_at = models.DateTimeField(
        null=True, editable=False, help_text="When the payments inside learned what the bank says."
    )

    objects = StatusReportManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(parked_reason="", parked_code="", file__isnull=False)
                | Q(parked_reason__gt="", parked_code__gt="", applied_at=None),
                name="statusreport_parked_or_about_a_file",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(applied_at=None, parked_reason=""), name="statusreport_unapplied"),
        ]

    def __str__(self):
        return self.file_name

    @property
    def is_parked(self) -> bool:
        return bool(self.parked_reason)

    def read_content(self) -> bytes:
        return decrypt_file(self.content, context_of(StatusReport, "content", self.pk))

    def write_content(self, content: bytes) -> None:
        self.content = encrypt_file(content, context_of(StatusReport, "content", self.pk))

    def answers(self) -> Answers:
        """Return what the report says about each payment of its file. Costs one query."""
        return Answers(self.items.order_by("position"))


class ReportItemQuerySet(models.QuerySet):
    def refusals(self):
        return self.filter(outcome__in=["refused", "doubtful"])

    def about(self, end_to_end_ids):
        return self.filter(level="transaction", end_to_end_id__in=end_to_end_ids)


class ReportItem(models.Model):
    """One statement in a status report: about the whole file, its payment block, or one payment."""

    LEVELS = [("group", "File"), ("payment", "Payment block"), ("transaction", "Payment")]
    OUTCOMES = [
        ("accepted", "Accepted"),
        ("partly", "Partly accepted"),
        ("refused", "Refused"),
        ("doubtful", "Refused as a duplicate"),
        ("pending", "Pending"),
        ("", "Not said"),
    ]

    report = models.ForeignKey(StatusReport, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    level = models.CharField(max_length=11, choices=LEVELS)
    status = models.CharField(max_length=35, blank=True, help_text="The bank's own code.")
    outcome = models.CharField(max_length=8, blank=True, choices=OUTCOMES)
    end_to_end_id = models.CharField(max_length=255, blank=True)
    instruction_id = models.CharField(max_length=255, blank=True)
    payment_information_id = models.CharField(max_length=255, blank=True)
    reason_code = models.CharField(max_length=35, blank=True)
    reason_text = models.CharField(max_length=200, blank=True, help_text="What the code means.")
    detail = models.TextField(blank=True, help_text="What the bank added in words.")

    objects = ReportItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="reportitem_position_once"),
            models.CheckConstraint(
                condition=Q(level__in=["group", "payment", "transaction"]), name="reportitem_level_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["end_to_end_id"], condition=Q(end_to_end_id__gt=""), name="reportitem_end_to_end"),
        ]

    def __str__(self):
        return f"{self.end_to_end_id or self.get_level_display()}: {self.status} {self.reason_code}".strip()
