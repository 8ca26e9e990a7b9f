"""
What happened, and who is told.

What is done to platforms and people happened too, so this app lies below theirs and knows a partner by id only; the
foreign keys are added by the migrations of `apps.partners`.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now

from apps.core import crypto
from apps.core.ciphertext import Ciphertext
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, encode, uuid7

EVERY_TYPE = "*"
OF_OBJECTS = ("access.refused", "personal_data.read")
"""Types of events that name what they are about by `object` in their data: it did not happen to that."""
_BOUND_TO = "events.endpoint.secret:{pk}"
"""What the ciphertexts of an endpoint's secrets are bound to."""


class EndpointQuerySet(LockingQuerySet):
    def reachable_by(self, by):
        """Leave a partner's key its own partner's endpoints; people and the system reach all."""
        partner_id = getattr(by, "partner_id", None)
        return self.filter(partner_id=partner_id) if partner_id else self


class DeliveryQuerySet(LockingQuerySet):
    def reachable_by(self, by):
        """Leave a partner's key its own partner's deliveries; people and the system reach all."""
        partner_id = getattr(by, "partner_id", None)
        return self.filter(endpoint__partner_id=partner_id) if partner_id else self


class Event(models.Model):
    """
    One fact, written in the transaction that made it true and never changed.

    The same row is the audit trail (who, before, after), the timeline of its subject and the message to the partner.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True, default=uuid7, editable=False)
    type = models.CharField(max_length=60, help_text="What happened: noun.past_tense.")
    subject = models.CharField(max_length=40, help_text="Public id of what it happened to.")
    sequence = models.IntegerField(help_text="Counts the events of the subject from 1, without gaps.")
    partner_id = models.UUIDField(
        null=True, help_text="Whose fact it is and who is told; empty for facts of the house."
    )
    actor_kind = models.CharField(max_length=6)
    actor_id = models.CharField(max_length=40)
    actor_label = models.CharField(max_length=220, help_text="Who did it, as they were named then.")
    data = models.JSONField(encoder=DjangoJSONEncoder, help_text="The subject as it was afterwards.")
    status = models.GeneratedField(
        expression=KT("data__status"),
        output_field=models.TextField(null=True),
        db_persist=True,
        help_text="The status that `data` tells, if the subject has one: read for every event there is.",
    )
    changes = models.JSONField(
        encoder=DjangoJSONEncoder, default=dict, help_text='What changed: {"field": [before, after]}.'
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["partner_id", "id"], name="events_event_partner_id"),
            models.Index(fields=["type", "id"], name="events_event_type_id"),
            models.Index(fields=["partner_id", "type", "id"], name="events_event_partner_type"),
            models.Index(
                fields=["actor_id", "type", "id"], condition=~Q(actor_kind="system"), name="events_event_actor"
            ),
            models.Index(KT("data__object"), "id", condition=Q(type__in=OF_OBJECTS), name="events_event_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "sequence"],
                name="events_event_sequence",
                include=["type", "status"],  # the way of each subject is read from the index alone
            ),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="events_event_sequence_from_1"),
            models.CheckConstraint(condition=Q(type__regex=r"^[a-z_]+\.[a-z_]+$"), name="events_event_type_form"),
            models.CheckConstraint(
                condition=Q(actor_kind__in=["person", "key", "system"]), name="events_event_actor_kind"
            ),
        ]

    def __str__(self):
        return f"{self.type} {self.subject} #{self.sequence}"

    @property
    def public_id(self) -> str:
        return encode("evt", self.uid)

    @property
    def partner(self) -> str:
        """The public id of the partner whose fact it is, or an empty text."""
        return encode("ptn", self.partner_id) if self.partner_id else ""


class HourlyCount(PublicId, models.Model):
    """How often somebody did, or was refused, one thing within one hour: the first times are events, the others only counted."""

    id_prefix = "cnt"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.CharField(max_length=40)
    action = models.CharField(
        max_length=80, help_text="The permission that was missing, the door, or the page that was read."
    )
    hour = models.DateTimeField(help_text="When the hour began.")
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_id", "action", "hour"], name="events_hourlycount_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="events_hourlycount_count"),
        ]

    def __str__(self):
        return f"{self.count} times {self.action} by {self.actor_id}"


class Endpoint(PublicId, models.Model):
    """One address of a partner that is told what happens, with the secret that signs what it is told."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        DISABLED = "disabled", "Disabled"

    id_prefix = "we"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner_id = models.UUIDField(help_text="Whose endpoint it is.")
    url = models.CharField(max_length=2048)
    description = models.CharField(max_length=140, blank=True)
    event_types = ArrayField(
        models.CharField(max_length=60), help_text="Names of the events it wants to hear of, or * for every one."
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(max_length=200, blank=True, help_text="Why it was disabled.")
    disabled_at = models.DateTimeField(null=True, editable=False, help_text="When it was disabled; empty if it is not.")
    heartbeat_at = models.DateTimeField(null=True, editable=False, help_text="When it was last sent a heartbeat.")
    secret_ciphertext = Ciphertext(context=_BOUND_TO, editable=False)
    previous_secret_ciphertext = Ciphertext(context=_BOUND_TO, null=True, editable=False)
    previous_secret_until = models.DateTimeField(
        null=True, editable=False, help_text="Until then messages carry the signature of the former secret too."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = "webhook endpoint"
        indexes = [models.Index(fields=["partner_id"], condition=Q(status="active"), name="events_endpoint_active")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "disabled"]), name="events_endpoint_status"),
            models.CheckConstraint(condition=Q(event_types__len__gt=0), name="events_endpoint_hears_something"),
            models.CheckConstraint(
                condition=Q(previous_secret_ciphertext__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret_ciphertext__isnull=False, previous_secret_until__isnull=False),
                name="events_endpoint_previous_secret_ends",
            ),
        ]

    def __str__(self):
        return self.url

    @property
    def partner(self) -> str:
        """The public id of the partner whose endpoint it is."""
        return encode("ptn", self.partner_id)

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @staticmethod
    def secret_context(endpoint_id) -> str:
        """Return what the ciphertexts of this endpoint's secrets are bound to."""
        return _BOUND_TO.format(pk=endpoint_id)

    def seal(self, secret: str) -> bytes:
        return crypto.encrypt(secret, self.secret_context(self.pk))


class Delivery(PublicId, models.Model):
    """One event on its way to one endpoint. The row is the outbox: it is due when pending and its time has come."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        ABANDONED = "abandoned", "Abandoned"

    id_prefix = "dlv"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subject = models.CharField(max_length=40, help_text="The event's, kept here to send in order.")
    sequence = models.IntegerField(help_text="The event's, kept here to send in order.")
    status = models.CharField(
        max_length=9,
        choices=Status,
        default=Status.PENDING,
        help_text="Failed: every attempt was used. Abandoned: the endpoint was disabled first.",
    )
    attempts = models.IntegerField(default=0, help_text="Attempts begun since it was created or last asked for again.")
    next_at = models.DateTimeField(db_default=Now(), help_text="When it is due.")
    lease_until = models.DateTimeField(null=True, help_text="Until then one dispatcher has it in hand.")
    resent_at = models.DateTimeField(null=True, help_text="When it was last asked for again; it blocks no later event.")
    last_status_code = models.IntegerField(null=True, help_text="Of the last HTTP answer; empty if there was none.")
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["endpoint", "next_at"], condition=Q(status="pending"), name="events_delivery_due"),
            models.Index(
                fields=["endpoint", "subject", "sequence"],
                condition=Q(status="pending", resent_at__isnull=True),
                name="events_delivery_in_order",
            ),
            models.Index(fields=["endpoint", "-id"], name="events_delivery_of_endpoint"),
            models.Index(
                fields=["endpoint", "-id"], condition=~Q(status="delivered"), name="events_delivery_not_delivered"
            ),
            models.Index(
                fields=["-id"], condition=Q(status__in=["failed", "abandoned"]), name="events_delivery_given_up"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="events_delivery_once"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "delivered", "failed", "abandoned"]), name="events_delivery_status"
            ),
            models.CheckConstraint(
                condition=~Q(status="delivered") | Q(delivered_at__isnull=False), name="events_delivery_delivered_at"
            ),
        ]


class DeliveryAttempt(models.Model):
    """One request that was made for a delivery, and its answer. Append-only."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="log", db_index=False)
    number = models.IntegerField(help_text="Which attempt it was, from 1.")
    url = models.CharField(max_length=2048, help_text="Where it went.")
    request_headers = models.JSONField(help_text="As sent, without the signature.")
    status_code = models.IntegerField(null=True)
    error = models.CharField(max_length=300, blank=True, help_text="Why there was no good answer.")
    response_body = models.TextField(blank=True, help_text="The first 4 kB of the answer.")
    started_at = models.DateTimeField()
    duration_ms = models.IntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "started_at"], name="events_attempt_written_once"),
        ]
