import hashlib
import json

from django.conf import settings
from django.db import connection, models
from django_fsm import RETURN_VALUE, FSMField, transition

from apps.approvals.models import Request
from apps.compliance.models import Review, Screening
from apps.core.database import LockingQuerySet, database_now
from apps.core.ids import PublicId, new_reference, uuid7
from apps.partners.models import Partner
from apps.payouts.states import ENDS, FINAL, FIRST, State, sources, targets
from apps.rails.models import BankAccount, PaymentFile
from apps.recipients.models import PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion


def new_end_to_end_id() -> str:
    """Return the reference that a payout keeps for life, on every rail and every attempt."""
    return new_reference("PO")


class Batch(PublicId, models.Model):
    """One set of payouts that a platform sent together."""

    id_prefix = "bat"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="batches")
    reference = models.CharField(max_length=64)
    count = models.PositiveIntegerField(help_text="Payouts in the batch.")
    totals = models.JSONField(help_text="Minor units per currency.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="batch_reference_unique"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="batch_not_empty"),
        ]

    def __str__(self):
        return self.reference


FACTS = (
    "partner", "batch", "recipient", "recipient_version", "method_version__method", "approval", "review",
    "bank_account", "holds",
)  # fmt: skip
"""What representation and explanation read beside the payout's own row."""


class PayoutQuerySet(LockingQuerySet):
    def with_facts(self):
        """
        Load what representation and explanation read, so that neither asks the database per row.

        One plain query per table: a join over all of them is planned badly while their statistics are young.
        """
        return self.prefetch_related(*FACTS)

    def lock(self, ids):
        """Lock the payouts in id order, with what the rules read beside them."""
        return self.with_facts_locked(super().lock(ids))

    def with_facts_locked(self, payouts):
        """Load the facts of rows that are locked already, and return these rows."""
        for payout in payouts:
            payout._prefetched_objects_cache = {}
        models.prefetch_related_objects(payouts, *FACTS)
        return payouts

    def due(self, bank_account, now):
        """Return scheduled payouts of the bank account whose cut-off has come, oldest cut-off first, without holds."""
        held = Hold.objects.open().over(models.OuterRef("pk"), models.OuterRef("recipient"), models.OuterRef("partner"))
        return (
            self.filter(bank_account=bank_account, status=State.SCHEDULED, cut_off_at__lte=now)
            .filter(method_version__usable_from__lte=now)
            .exclude(models.Exists(held))
            .order_by("cut_off_at", "id")
        )

    def save_states(self, payouts) -> None:
        """
        Write the changed facts of locked payouts in one statement; the database allows only edges of the table.

        :raises RuntimeError: if a row was not in the state it was read in, which its lock should have prevented.
        """
        if not payouts:
            return
        columns = (
            "status", "funding", "tracking", "failure_code", "failure_reason", "cut_off_at", "returned_from",
            "screening_id", "review_id",
        )  # fmt: skip
        values = [[getattr(payout, column) for payout in payouts] for column in columns]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE payouts_payout AS p
                   SET status = n.status, funding = n.funding, tracking = n.tracking, failure_code = n.failure_code,
                       failure_reason = n.failure_reason, cut_off_at = n.cut_off_at, returned_from = n.returned_from,
                       screening_id = n.screening_id, review_id = n.review_id,
                       status_at = CASE WHEN p.status = n.status THEN p.status_at ELSE clock_timestamp() END
                  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                              %s::timestamptz[], %s::text[], %s::uuid[], %s::uuid[])
                       AS n(id, was, status, funding, tracking, failure_code, failure_reason, cut_off_at, returned_from,
                            screening_id, review_id)
                 WHERE p.id = n.id AND p.status = n.was
                RETURNING p.id, p.status_at
                """,
                [[payout.pk for payout in payouts], [payout.read_status for payout in payouts], *values],
            )
            times = dict(cursor.fetchall())
        if len(times) != len(payouts):
            raise RuntimeError(f"{len(payouts) - len(times)} payouts changed under their lock")
        for payout in payouts:
            payout.came_from, payout.read_status = payout.read_status, payout.status
            payout.status_at = times[payout.pk]


class Payout(PublicId, models.Model):
    """One intent to pay one recipient. What is paid never changes; a new try after an end is a new payout."""

    id_prefix = "po"

    class Funding(models.TextChoices):
        NONE = "none"
        RESERVED = "reserved"
        SUBMITTED = "submitted"
        SETTLED = "settled"
        RELEASED = "released"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="payouts")
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=35, help_text="The platform's own reference; unique per platform.")
    end_to_end_id = models.CharField(max_length=35, unique=True, default=new_end_to_end_id)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="payouts")
    recipient_version = models.ForeignKey(RecipientVersion, on_delete=models.PROTECT, related_name="+")
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="+")
    method_version = models.ForeignKey(PayoutMethodVersion, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField(help_text="Minor units.")
    currency = models.CharField(max_length=3)
    requested_rail = models.CharField(max_length=32, default="auto")
    rail = models.CharField(max_length=32)
    routing = models.JSONField(default=list, help_text="Every rail considered, and why it was taken or not.")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    execute_on = models.DateField(null=True, blank=True, help_text="The day the platform asked for.")
    cut_off_at = models.DateTimeField(help_text="When the payout leaves with its file, on the bank account's clock.")
    description = models.CharField(max_length=140, blank=True, help_text="Shown to the recipient by their bank.")
    metadata = models.JSONField(default=dict, blank=True)

    status = FSMField(max_length=17, choices=State.choices, default=State.IN_REVIEW, protected=True)
    status_at = models.DateTimeField(auto_now_add=True)
    approval = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(Screening, null=True, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="payouts")
    funding = models.CharField(max_length=9, choices=Funding.choices, default=Funding.NONE)
    tracking = models.CharField(max_length=35, blank=True, help_text="What the rail last said, as its own code.")
    failure_code = models.CharField(max_length=35, blank=True)
    failure_reason = models.CharField(max_length=255, blank=True)
    returned_from = models.CharField(max_length=17, blank=True, help_text="The state before the money came back.")

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="payout_reference_unique"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(condition=models.Q(status__in=State.values), name="payout_status"),
            models.CheckConstraint(
                condition=models.Q(funding__in=["none", "reserved", "submitted", "settled", "released", "returned"]),
                name="payout_funding",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["scheduled"]) | models.Q(funding="reserved"),
                name="payout_scheduled_is_reserved",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["submitting", "in_doubt", "sent"]) | models.Q(funding="submitted"),
                name="payout_submitted_is_in_clearing",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-id"], name="payout_partner"),
            models.Index(fields=["batch", "id"], name="payout_batch", condition=models.Q(batch__isnull=False)),
            models.Index(fields=["recipient"], name="payout_recipient"),
            models.Index(
                fields=["bank_account", "cut_off_at", "id"],
                name="payout_due",
                condition=models.Q(status="scheduled"),
            ),
            models.Index(
                fields=["status", "-id"],
                name="payout_working",
                condition=models.Q(
                    status__in=["in_review", "awaiting_approval", "awaiting_funds", "submitting", "in_doubt"]
                ),
            ),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.read_status = self.__dict__.get("status")
        self.came_from = ""

    def __str__(self):
        return self.reference

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def has_ended(self) -> bool:
        return self.status in ENDS

    @property
    def digest(self) -> str:
        """What an approval is bound to: any other content is another payout."""
        content = {
            "amount": self.amount,
            "currency": self.currency,
            "end_to_end_id": self.end_to_end_id,
            "method_version": str(self.method_version_id),
            "rail": self.rail,
            "recipient_version": str(self.recipient_version_id),
            "reference": self.reference,
        }
        return hashlib.sha256(
            json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).hexdigest()

    def begin(self, status, code="", reason="") -> None:
        """Put a new payout into its first state; a row that exists changes by transitions only."""
        if not self._state.adding or status not in FIRST:
            raise ValueError(f"a payout does not begin as {status}")
        self.__dict__["status"] = self.read_status = str(status)
        self.failure_code, self.failure_reason = code, reason

    def next_gate(self) -> str:
        """Return the state in which the payout waits next, by its own facts."""
        if self.screening_id is None or (self.review_id and self.review.status == "open"):
            return State.IN_REVIEW
        if self.approval is None or self.approval.status != "approved":
            return State.AWAITING_APPROVAL
        if self.funding != self.Funding.RESERVED:
            return State.AWAITING_FUNDS
        return State.SCHEDULED

    @transition(field=status, source=sources("clear"), target=RETURN_VALUE(*targets("clear")))
    def clear(self):
        return self.next_gate()

    @transition(field=status, source=sources("approve"), target=RETURN_VALUE(*targets("approve")))
    def approve(self):
        return self.next_gate()

    @transition(field=status, source=sources("fund"), target=State.SCHEDULED)
    def fund(self):
        self.funding = self.Funding.RESERVED

    @transition(field=status, source=sources("reject"), target=State.REJECTED)
    def reject(self, code, reason):
        self._end(code, reason)

    @transition(field=status, source=sources("cancel"), target=State.CANCELLED)
    def cancel(self, reason):
        self._end("cancelled", reason)

    @transition(field=status, source=sources("expire"), target=State.EXPIRED)
    def expire(self, reason):
        self._end("expired", reason)

    @transition(field=status, source=sources("start"), target=State.SUBMITTING)
    def start(self):
        self.funding = self.Funding.SUBMITTED

    @transition(field=status, source=sources("send"), target=State.SENT)
    def send(self):
        self.tracking = self.tracking or "handed_over"

    @transition(field=status, source=sources("doubt"), target=State.IN_DOUBT)
    def doubt(self, reason):
        self.failure_reason = reason

    @transition(field=status, source=sources("settle"), target=State.PAID)
    def settle(self):
        self.funding = self.Funding.SETTLED

    @transition(field=status, source=sources("refuse"), target=State.FAILED)
    def refuse(self, code, reason):
        self.tracking = "RJCT"
        self._end(code, reason)

    @transition(field=status, source=sources("give_back"), target=State.RETURNED)
    def give_back(self, code, reason):
        self.returned_from = self.read_status
        self.funding = self.Funding.RETURNED
        self.failure_code, self.failure_reason = code, reason

    @transition(field=status, source=sources("unsettle"), target=State.SENT)
    def unsettle(self):
        self.funding = self.Funding.SUBMITTED

    @transition(field=status, source=sources("undo_return"), target=RETURN_VALUE(*targets("undo_return")))
    def undo_return(self):
        before, self.returned_from = self.returned_from, ""
        self.failure_code = self.failure_reason = ""
        self.funding = self.Funding.SETTLED if before == State.PAID else self.Funding.SUBMITTED
        return before

    def _end(self, code, reason):
        self.failure_code, self.failure_reason = code, reason[:255]
        if self.funding in (self.Funding.RESERVED, self.Funding.SUBMITTED):
            self.funding = self.Funding.RELEASED


class AttemptQuerySet(LockingQuerySet):
    def move_live(self, payouts, status):
        """Give the live attempt of each payout a new status, in one statement."""
        return self.filter(payout__in=payouts, status__in=Attempt.LIVE).update(status=status, status_at=database_now())


class Attempt(PublicId, models.Model):
    """One try to pay one payout on one rail. At most one attempt of a payout is alive."""

    id_prefix = "att"

    class Status(models.TextChoices):
        PREPARED = "prepared"
        SENT = "sent"
        ACCEPTED = "accepted"
        IN_DOUBT = "in_doubt"
        SETTLED = "settled"
        REFUSED = "refused"
        RETURNED = "returned"
        ABANDONED = "abandoned"

    LIVE = ("prepared", "sent", "accepted", "in_doubt", "settled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    rail = models.CharField(max_length=32)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(PaymentFile, on_delete=models.PROTECT, related_name="attempts")
    instruction_id = models.CharField(max_length=35, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PREPARED)
    reason_code = models.CharField(max_length=35, blank=True)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    status_at = models.DateTimeField(auto_now_add=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["payout", "number"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["payout"],
                condition=models.Q(status__in=["prepared", "sent", "accepted", "in_doubt", "settled"]),
                name="attempt_one_alive",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "prepared", "sent", "accepted", "in_doubt", "settled", "refused", "returned", "abandoned",
                    ]
                ),
                name="attempt_status",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["file", "id"], name="attempt_file")]

    def __str__(self):
        return self.instruction_id


class HoldQuerySet(models.QuerySet):
    def open(self):
        """Return holds that still stop something."""
        return self.filter(lifted_at__isnull=True)

    def over(self, payout, recipient, partner):
        """Return holds that cover a payout by itself, by its recipient or by its platform."""
        return self.filter(models.Q(payout=payout) | models.Q(recipient=recipient) | models.Q(partner=partner))


class Hold(PublicId, models.Model):
    """One reason why a payout, or all payouts of a recipient or a platform, must not leave."""

    id_prefix = "hld"

    class Kind(models.TextChoices):
        COMPLIANCE = "compliance", "Compliance"
        DUPLICATE = "duplicate", "Possible duplicate"
        MANUAL = "manual", "Manual"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    payout = models.ForeignKey(Payout, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    recipient = models.ForeignKey(Recipient, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=255)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=255, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(payout__isnull=False, recipient__isnull=True, partner__isnull=True)
                    | models.Q(payout__isnull=True, recipient__isnull=False, partner__isnull=True)
                    | models.Q(payout__isnull=True, recipient__isnull=True, partner__isnull=False)
                ),
                name="hold_covers_one_thing",
            ),
            models.UniqueConstraint(
                fields=["payout", "kind"], condition=models.Q(lifted_at__isnull=True), name="hold_one_open_per_kind"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.reason}"
