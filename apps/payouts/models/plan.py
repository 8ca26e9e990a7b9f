from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext
from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import ApiKey, Partner
from apps.payouts.models.payout import Payout


class PlanQuerySet(LockingQuerySet):
    def reading(self):
        return self.filter(status=Plan.Status.READING)

    def committing(self):
        return self.filter(status=Plan.Status.COMMITTING)

    def live(self):
        """Return the plans that hold their file and reference: nothing else may come of the same."""
        return self.filter(status__in=Plan.LIVE)


class Plan(PublicId, models.Model):
    """
    One file of payouts and what would come of it, row by row, before anything does.

    Whoever commits it names its `plan_hash`, so that nothing happens that was not shown. What a platform or person sent is
    kept as it came, in pieces.
    """

    id_prefix = "pln"

    class Format(models.TextChoices):
        JSON_LINES = "jsonl", "JSON lines"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"

    class Status(models.TextChoices):
        READING = "reading", "Being read"
        UNMAPPED = "unmapped", "Columns to be named"
        UNREADABLE = "unreadable", "Cannot be read"
        PLANNED = "planned", "Planned"
        COMMITTING = "committing", "Being committed"
        COMMITTED = "committed", "Committed"
        CANCELLED = "cancelled", "Cancelled"

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", "All or nothing"
        VALID_ROWS = "valid_rows", "What is valid"

    LIVE = (Status.READING, Status.UNMAPPED, Status.PLANNED, Status.COMMITTING, Status.COMMITTED)
    OPEN = (Status.READING, Status.UNMAPPED, Status.PLANNED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=64, help_text="The reference of the batch that comes of it.")
    format = models.CharField(max_length=5, choices=Format.choices)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(help_text="Bytes of the file as it came.")
    sha256 = models.CharField(max_length=64, help_text="Of the file as it came.")
    header = models.JSONField(default=list, help_text="The first row of a table, as it stands there.")
    columns = models.JSONField(null=True, help_text="What each column holds; empty text: it is left out.")
    fixed = models.JSONField(default=dict, help_text="What holds for every row, by the name of the member.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READING)
    status_at = models.DateTimeField(db_default=Now(), editable=False)
    problem = models.CharField(max_length=255, blank=True, help_text="Why the file as a whole is not planned.")
    rows_read = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0, help_text="Rows without a fault.")
    totals = models.JSONField(
        default=dict, help_text="Per currency: rows, valid, amount, fees, total, available, after."
    )
    plan_hash = models.CharField(max_length=64, blank=True, help_text="Digest of all that the plan promises.")
    changes = models.JSONField(default=list, help_text="What was otherwise when it was last committed in vain.")
    changes_count = models.PositiveIntegerField(default=0)
    looked = models.JSONField(
        default=dict, help_text="What was otherwise and when, by the row before each chunk that was judged once more."
    )
    mode = models.CharField(max_length=14, blank=True, choices=Mode.choices)
    makers = ArrayField(
        models.UUIDField(), help_text="Who uploaded or committed it, and so may not approve its payouts."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    committed_key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.PROTECT, related_name="+", help_text="Through which it was committed."
    )
    committed_at = models.DateTimeField(null=True, editable=False, help_text="When somebody asked for it.")
    created = models.PositiveIntegerField(default=0, help_text="Rows of which payouts were made.")
    refused = models.PositiveIntegerField(default=0, help_text="Rows that were valid, and could not be made a payout.")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "file of payouts"
        verbose_name_plural = "files of payouts"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference"],
                condition=~Q(status__in=["unreadable", "cancelled"]),
                name="plan_reference_unique",
            ),
            models.UniqueConstraint(
                fields=["partner", "sha256"],
                condition=~Q(status__in=["unreadable", "cancelled"]),
                name="plan_file_unique",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "reading", "unmapped", "unreadable", "planned", "committing", "committed", "cancelled",
                    ]
                ),
                name="plan_status",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["planned", "committing", "committed"]) | Q(plan_hash__gt=""),
                name="plan_has_a_hash",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["committing", "committed"])
                | Q(committed_by__isnull=False, committed_at__isnull=False, mode__gt=""),
                name="plan_commit_has_an_author",
            ),
            models.CheckConstraint(condition=Q(created__lte=F("rows_read")), name="plan_created"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["partner", "-id"], name="plan_partner"),
            models.Index(fields=["id"], name="plan_at_work", condition=Q(status__in=["reading", "committing"])),
        ]

    def __str__(self):
        return self.reference

    @property
    def faulty(self) -> int:
        return self.rows_read - self.valid

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class PlanPiece(models.Model):
    """One piece of the file of a plan, encrypted: it may hold account numbers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="pieces", db_index=False)
    number = models.PositiveIntegerField()
    content_ciphertext = Ciphertext(context="planpiece:{pk}:content")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="planpiece_number_unique")]

    def __str__(self):
        return f"piece {self.number}"


class PlanRowQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(faults=[], repeats=[])

    def faulty(self):
        return self.exclude(faults=[], repeats=[])


class PlanRow(PublicId, QuickRows, models.Model):
    """One row of a plan's file: what it says, what is wrong with it, what would come of it, and what came of it."""

    id_prefix = "plr"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        CREATED = "created", "Created"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(help_text="Its place among the rows of the file, from 1.")
    line = models.PositiveIntegerField(help_text="Where it begins in the file.")
    document_ciphertext = Ciphertext(context="planrow:{pk}:document", help_text="What the row says, encrypted.")
    reference = models.CharField(max_length=64, blank=True)
    recipient_reference = models.CharField(max_length=64, blank=True, help_text="Of a recipient that would be new.")
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    payee = models.JSONField(default=dict, help_text="Name and masked account, to be shown.")
    account_index = models.BinaryField(null=True, help_text="Finds other payments to the same account.")
    answer = models.JSONField(default=dict, help_text="What would come of it: rail, fee, days, approvals, screening.")
    faults = models.JSONField(default=list)
    repeats = models.JSONField(default=list, help_text="Pointers of what another row of the file says too.")
    twins = models.PositiveIntegerField(default=0, help_text="Other rows that pay the same amount to the same account.")
    digest = models.BinaryField(help_text="Of what the row says and of what would come of it.")
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.PLANNED)
    payout = models.OneToOneField(Payout, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="planrow_number_unique"),
            models.CheckConstraint(
                condition=Q(status="created", payout__isnull=False)
                | Q(status__in=["planned", "refused"], payout__isnull=True),
                name="planrow_created_has_a_payout",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "id"], name="planrow_in_order"),
            models.Index(
                fields=["plan", "account_index"],
                name="planrow_of_account",
                condition=Q(account_index__isnull=False),
            ),
        ]

    def __str__(self):
        return f"row {self.number}"

    @property
    def is_valid(self) -> bool:
        return not self.faults and not self.repeats


class ColumnMemory(models.Model):
    """What the columns of a platform's files held the last time, so that nobody says it twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict, help_text="The member that a heading stands for; empty: it is left out.")
    fixed = models.JSONField(default=dict, help_text="What held for every row.")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"columns of {self.partner_id}"
