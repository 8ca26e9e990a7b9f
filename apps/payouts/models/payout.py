import hashlib
import json

from django.conf import settings
from django.db import connection, models
from django.db.models import Case, F, Q, When
from django.db.models.query import ModelIterable
from django_fsm import RETURN_VALUE, FSMField, transition

from apps.approvals.models import Request
from apps.compliance.models import Review, Screening
from apps.core.database import LockingQuerySet, QuickRows, attach
from apps.core.ids import PublicId, new_reference, uuid7
from apps.core.statements import rows_where
from apps.partners.models import Partner
from apps.payouts.models.batch import Batch
from apps.payouts.models.conflict import Conflict
from apps.payouts.models.hold import Hold
from apps.payouts.models.recall import RecallRequest
from apps.payouts.states import ENDS, FINAL, FIRST, LEFT, State, sources, targets
from apps.pricing.models import Quote
from apps.rails.models import BankAccount, Stop
from apps.recipients.models import MethodChange, PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
_COUNTED = ("currency", "rail", "created_at", "amount", "approval")


def new_end_to_end_id() -> str:
    """Return the reference that a payout keeps for life, on every rail and every attempt."""
    return new_reference("PO")


def _stops_over_row():
    """Return the open stops over the payout of the query around this one."""
    return Stop.objects.open().over(
        partner=models.OuterRef("partner_id"),
        rail=models.OuterRef("rail"),
        bank_account=models.OuterRef("bank_account_id"),
        country=models.OuterRef("method_version__country"),
        recipient=models.OuterRef("recipient_id"),
    )


class _WithStops(ModelIterable):
    """
    Give each payout that is read the stops that cover it, and the change of account that it waits for.

    Both are few, and asked for once; changes only where a payout is made to an account that is not the first.
    """

    def __iter__(self):
        stops = changes = None
        for payout in super().__iter__():
            stops = list(Stop.objects.open()) if stops is None else stops
            payout.open_stops = payout.covered_by(stops)
            if payout.is_to_changed_account and changes is None:
                changes = {change.version_id: change for change in MethodChange.objects.open()}
            payout.open_change = changes.get(payout.method_version_id) if payout.is_to_changed_account else None
            yield payout


class PayoutQuerySet(LockingQuerySet):
    def with_facts(self):
        """
        Load what representation and explanation read, so that neither asks the database per row.

        One plain query per table: a join over all of them is planned badly while their statistics are young.
        """
        open_holds = models.Prefetch("holds", Hold.objects.open(), to_attr="open_holds")
        recalls = models.Prefetch("recalls", RecallRequest.objects.order_by("-pk"), to_attr="recalls_made")
        payouts = self.prefetch_related("partner", "bank_account", "approval", "review", open_holds, recalls)
        payouts._iterable_class = _WithStops
        return payouts

    def with_payees(self):
        """Load beside the facts whom the payouts pay, as pages for people show it."""
        return self.with_facts().prefetch_related("batch", "recipient", "recipient_version", "method_version__method")

    def lock(self, ids):
        """Lock the payouts in id order, with what the rules read beside them."""
        return self.with_facts_locked(super().lock(ids))

    def with_facts_locked(self, payouts):
        """Load the facts of rows that are locked already, and return these rows."""
        if not payouts:
            return payouts
        attach(payouts, "partner", "bank_account", "approval", "review")
        holds = {}
        open_holds = "WHERE payout_id = ANY(%s) AND lifted_at IS NULL ORDER BY id DESC"
        for hold in rows_where(Hold, open_holds, [[payout.pk for payout in payouts]]):
            holds.setdefault(hold.payout_id, []).append(hold)
        for payout in payouts:
            payout.open_holds = holds.get(payout.pk, [])
        self.attach_stops(payouts)
        self.attach_changes(payouts)
        self.attach_recalls(payouts)
        return payouts

    def attach_recalls(self, payouts) -> None:
        """Give each of these payouts its `recalls_made`, the newest first; what has not left has none."""
        made = {payout.pk: [] for payout in payouts}
        left = [payout.pk for payout in payouts if payout.status in LEFT]
        of_payouts = "WHERE payout_id = ANY(%s) ORDER BY id DESC"
        for recall in rows_where(RecallRequest, of_payouts, [left]) if left else ():
            made[recall.payout_id].append(recall)
        for payout in payouts:
            payout.recalls_made = made[payout.pk]

    def attach_stops(self, payouts) -> None:
        """Give each of these payouts its `open_stops`."""
        stops = rows_where(Stop, "WHERE lifted_at IS NULL ORDER BY id DESC")
        for payout in payouts:
            payout.open_stops = payout.covered_by(stops)

    def attach_changes(self, payouts) -> None:
        """Give each of these payouts its `open_change`: the change of account that a second person has to confirm."""
        versions = {payout.method_version_id for payout in payouts if payout.is_to_changed_account}
        changes = MethodChange.objects.open().filter(version__any_of=versions) if versions else ()
        waiting = {change.version_id: change for change in changes}
        for payout in payouts:
            payout.open_change = waiting.get(payout.method_version_id)

    def due(self, bank_account, now):
        """
        Return scheduled payouts of the bank account whose cut-off has come, oldest first.

        Left out are those held, stopped or contradicted, and those to an account that has not rested or nobody confirmed.
        """
        confirmed = Q(method_version__change=None, method_version__number=1)
        confirmed |= Q(method_version__change__status=MethodChange.Status.CONFIRMED)
        return (
            self.filter(bank_account=bank_account, status=State.SCHEDULED, cut_off_at__lte=now)
            .filter(confirmed, method_version__usable_from__lte=now)
            .exclude(models.Exists(Hold.objects.open().filter(payout=models.OuterRef("pk"))))
            .exclude(models.Exists(_stops_over_row()))
            .exclude(models.Exists(Conflict.objects.open().filter(payout=models.OuterRef("pk"))))
            .order_by("cut_off_at", "id")
        )

    def stopped(self):
        """Return the payouts that an open stop covers."""
        return self.filter(models.Exists(_stops_over_row()))

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
