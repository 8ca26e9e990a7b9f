import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django_fsm import RETURN_VALUE, FSMField, transition

from apps.approvals.models import Request
from apps.compliance.models import Review, Screening
from apps.core.database import QuickRows
from apps.core.ids import PublicId, new_reference, uuid7
from apps.partners.models import Partner
from apps.payouts.models.batch import Batch
from apps.payouts.models.payout_rows import PayoutQuerySet
from apps.payouts.states import ENDS, FINAL, FIRST, State, sources, targets
from apps.pricing.models import Quote
from apps.rails.models import BankAccount, Stop
from apps.recipients.models import PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
_COUNTED = ("currency", "rail", "created_at", "amount", "approval")  # what figures are made of, beside state and id


def new_end_to_end_id() -> str:
    """Return the reference that a payout keeps for life, on every rail and every attempt."""
    return new_reference("PO")


class Payout(PublicId, QuickRows, models.Model):
    """One intent to pay one recipient. What is paid never changes; a new try after an end is a new payout."""

    id_prefix = "po"
    DIGESTED = ("amount", "currency", "end_to_end_id", "method_version", "rail", "recipient_version", "reference")
    """What an approval is bound to, and the fee besides if there is a schedule for it."""

    class FeePaidBy(models.TextChoices):
        PLATFORM = "platform", "The platform, on top of the amount"
        RECIPIENT = "recipient", "The recipient, out of the amount"

    class Funding(models.TextChoices):
        NONE = "none"
        RESERVED = "reserved"
        SUBMITTED = "submitted"
        SETTLED = "settled"
        RELEASED = "released"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="payouts", db_index=False
    )
    reference = models.CharField(max_length=35, help_text="The platform's own reference; unique per platform.")
    end_to_end_id = models.CharField(max_length=35, default=new_end_to_end_id)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    recipient_version = models.ForeignKey(RecipientVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="+", db_index=False)
    method_version = models.ForeignKey(PayoutMethodVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    payee = models.JSONField(help_text="Whom it pays and what the bank reads, as platforms are shown it.")
    amount = models.BigIntegerField(help_text="Minor units.")
    currency = models.CharField(max_length=3)
    fee = models.BigIntegerField(default=0, help_text="Minor units, as the terms it was priced by say.")
    fee_paid_by = models.CharField(max_length=9, choices=FeePaidBy.choices, blank=True)
    fee_terms = models.JSONField(
        default=dict, blank=True, help_text="What the fee schedule said, and which version; empty: there was none."
    )
    quote = models.ForeignKey(Quote, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    total = models.GeneratedField(
        expression=Case(
            When(fee_paid_by="platform", then=F("amount") + F("fee")),
            default=F("amount"),
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="What the platform's balance is charged.",
    )
    net = models.GeneratedField(
        expression=Case(
            When(fee_paid_by="recipient", then=F("amount") - F("fee")),
            default=F("amount"),
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="What the bank is asked to pay.",
    )
    requested_rail = models.CharField(max_length=32, default="auto")
    rail = models.CharField(max_length=32)
    routing = models.JSONField(default=list, help_text="Every rail considered, and why it was taken or not.")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    execute_on = models.DateField(null=True, blank=True, help_text="The day the platform asked for.")
    cut_off_at = models.DateTimeField(help_text="When the payout leaves with its file, on the bank account's clock.")
    description = models.CharField(max_length=140, blank=True, help_text="Shown to the recipient by their bank.")
    metadata = models.JSONField(default=dict, blank=True)

    status = FSMField(max_length=17, choices=State.choices, default=State.IN_REVIEW, protected=True)
    status_at = models.DateTimeField(auto_now_add=True)
    approval = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    screening = models.ForeignKey(Screening, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    funding = models.CharField(max_length=9, choices=Funding.choices, default=Funding.NONE)
    tracking = models.CharField(max_length=35, blank=True, help_text="What the rail last said, as its own code.")
    failure_code = models.CharField(max_length=35, blank=True)
    failure_reason = models.CharField(max_length=255, blank=True)
    returned_from = models.CharField(max_length=17, blank=True, help_text="The state before the money came back.")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="payout_reference_unique"),
            models.UniqueConstraint(fields=["end_to_end_id"], name="payout_end_to_end_id_unique"),
            models.UniqueConstraint(fields=["quote"], condition=Q(quote__isnull=False), name="payout_quote_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="payout_fee_not_negative"),
            models.CheckConstraint(condition=Q(net__gt=0), name="payout_net_positive"),
            models.CheckConstraint(condition=Q(status__in=State.values), name="payout_status"),
            models.CheckConstraint(
                condition=Q(funding__in=["none", "reserved", "submitted", "settled", "released", "returned"]),
                name="payout_funding",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled"]) | Q(funding="reserved"),
                name="payout_scheduled_is_reserved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitting", "in_doubt", "sent"]) | Q(funding="submitted"),
                name="payout_submitted_is_in_clearing",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-id"], name="payout_partner"),
            models.Index(fields=["batch", "id"], name="payout_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["recipient", "-id"], name="payout_recipient"),
            models.Index(fields=["review"], name="payout_review", condition=Q(review__isnull=False)),
            models.Index(
                fields=["bank_account", "cut_off_at", "id"], name="payout_due", condition=Q(status="scheduled")
            ),
            # What lists are asked for: each finds the newest rows without reading the others (apps/payouts/listing.py).
            models.Index(fields=["status", "-id"], include=_COUNTED, name="payout_status"),
            models.Index(fields=["partner", "status", "-id"], name="payout_partner_status"),
            models.Index(fields=["bank_account", "rail", "-id"], name="payout_road"),
            models.Index(fields=["currency", "amount", "-id"], name="payout_amount"),
            models.Index(fields=["cut_off_at"], name="payout_cut_off"),
            models.Index(
                name="payout_paid", fields=["status_at"], include=["created_at", "rail"], condition=Q(status="paid")
            ),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._begin()

    def __str__(self):
        return self.reference

    def _begin(self):
        self.read_status, self.came_from = self.__dict__.get("status"), ""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def has_ended(self) -> bool:
        return self.status in ENDS

    @property
    def digest(self) -> str:
        """What an approval is bound to: any other content is another payout."""
        content = {name: getattr(self, f"{name}_id" if name.endswith("_version") else name) for name in self.DIGESTED}
        if self.fee_terms:
            content |= {
                "fee": self.fee,
                "fee_paid_by": self.fee_paid_by,
                "fee_schedule": self.fee_terms["setting"]["id"],
            }
        return hashlib.sha256(_CANONICAL.encode(content).encode()).hexdigest()

    @property
    def is_fee_given_back(self) -> bool:
        """Whether the platform gets the fee back when the money comes back."""
        return bool(self.fee and self.fee_terms["refunded_on_return"])

    @property
    def is_to_changed_account(self) -> bool:
        """Whether the recipient was paid to another account before; a change is confirmed by a second person."""
        return self.payee["method"]["version"] > 1

    def covered_by(self, stops) -> list[Stop]:
        """Return those of the stops that cover this payout."""
        places = {
            ("everything", ""),
            ("partner", str(self.partner_id)),
            ("rail", self.rail),
            ("bank_account", str(self.bank_account_id)),
            ("country", self.payee["method"]["country"]),
            ("recipient", str(self.recipient_id)),
        }
        return [stop for stop in stops if (stop.scope, stop.value) in places]

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

    @transition(field=status, source=sources("put_back"), target=State.SCHEDULED)
    def put_back(self):
        self.funding = self.Funding.RESERVED

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
