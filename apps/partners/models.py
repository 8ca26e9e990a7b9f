from functools import partial
from ipaddress import ip_address, ip_network

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, new_reference, uuid7
from apps.partners.scopes import SCOPES
from apps.partners.versions import NEWEST
from apps.users.models import User


class Mode(models.TextChoices):
    SANDBOX = "sandbox", "Sandbox"
    LIVE = "live", "Live"


class Partner(PublicId, models.Model):
    """A platform that pays people through the portal. It is sandbox or live for good: a platform that wants both is two."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    id_prefix = "ptn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=140)
    mode = models.CharField(max_length=7, choices=Mode, help_text="Sandbox partners pay through simulated banks only.")
    status = models.CharField(
        max_length=9, choices=Status, default=Status.ACTIVE, help_text="Keys of a suspended partner are refused."
    )
    funding_reference = models.CharField(
        max_length=16,
        unique=True,
        default=partial(new_reference, "FU"),
        editable=False,
        help_text="What the platform writes on a transfer that funds its balance.",
    )
    service_user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="partner", editable=False)
    twin_of = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="twin",
        help_text="The live platform whose programs are tried out with this one.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode="sandbox") | Q(twin_of=None), name="partners_partner_twin_is_sandbox"
            ),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="partners_partner_mode"),
            models.CheckConstraint(condition=Q(status__in=["active", "suspended"]), name="partners_partner_status"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE


class ApiKey(PublicId, models.Model):
    """One secret with which a partner's programs call the API. Only its digest is kept."""

    id_prefix = "key"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys", db_index=False)
    name = models.CharField(max_length=60, help_text="Which program or server uses it.")
    prefix = models.CharField(max_length=20, editable=False, help_text="The beginning of the token, to recognize it.")
    digest = models.BinaryField(max_length=32, unique=True, editable=False, help_text="SHA-256 of the token.")
    scopes = ArrayField(models.CharField(max_length=20), help_text="What the key may do.")
    mode = models.CharField(
        max_length=7, choices=Mode, editable=False, help_text="The partner's, written in the token."
    )
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="The person answerable for the key, who may not approve what it asks for; empty if a command made it.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when it opens anything; a live platform's waits for a second person.",
    )
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", help_text="Who that was."
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    overlap = models.DurationField(
        null=True, editable=False, help_text="How long the key that it replaces works on once this one is confirmed."
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty for a key that lasts until it is revoked."
    )
    networks = ArrayField(
        models.CharField(max_length=43),
        default=list,
        blank=True,
        help_text="Addresses it may call from, such as 192.0.2.0/24; empty for any.",
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How often it may call; empty for as often as every key (API_REQUESTS_PER_MINUTE).",
    )
    api_version = models.CharField(
        max_length=10, default=NEWEST, help_text="The version of the API that it speaks, unless a request says another."
    )
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"
        indexes = [models.Index(fields=["partner", "-id"], name="partners_apikey_partner")]
        verbose_name_plural = "API keys"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=sorted(SCOPES)), name="partners_apikey_scopes_known"
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="partners_apikey_has_a_scope"),
            models.CheckConstraint(
                condition=Q(requests_per_minute=None) | Q(requests_per_minute__gt=0), name="partners_apikey_may_call"
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def waits(self) -> bool:
        """Whether a second person has to confirm it before it opens anything."""
        return self.confirmed_at is None and self.revoked_at is None

    def may_call_from(self, address: str) -> bool:
        """Tell whether a request from this address may use the key; one without an address may only where any may."""
        if not self.networks:
            return True
        return bool(address) and any(ip_address(address) in ip_network(network) for network in self.networks)

    def has_ended(self, now) -> bool:
        """Tell whether the key opens nothing any more: it was revoked, or its time is over."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
