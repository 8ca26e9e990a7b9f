"""Passkeys (WebAuthn), which show who somebody is as their phone does, and the questions that they answer."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.users.models.people import User

ANSWERED_WITHIN = timedelta(minutes=5)


class Passkey(PublicId, models.Model):
    """The public half of a key that a device of somebody keeps, and uses only after it has seen who holds it."""

    id_prefix = "psk"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60, help_text="Which device or password manager keeps it.")
    credential_id = models.BinaryField(unique=True, editable=False)
    public_key = models.BinaryField(editable=False, help_text="As COSE (RFC 9052).")
    sign_count = models.BigIntegerField(
        default=0, help_text="How often it signed, as it said itself; some never count."
    )
    added_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(name__gt=""), name="users_passkey_has_a_name")]

    def __str__(self):
        return self.name


class ChallengeQuerySet(models.QuerySet):
    def fresh(self):
        """Leave those that may still be answered."""
        return self.filter(asked_at__gt=Now() - ANSWERED_WITHIN)


class Challenge(models.Model):
    """A question that a passkey is asked in one session of a browser. It goes away with the first answer."""

    class Purpose(models.TextChoices):
        ADD = "add", "Add a passkey"
        USE = "use", "Use a passkey"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=3, choices=Purpose)
    session = models.BinaryField(editable=False, help_text="SHA-256 of the key of the browser's session.")
    value = models.BinaryField(unique=True, editable=False)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["asked_at"], name="users_challenge_stale")]

    def __str__(self):
        return f"challenge of {self.user_id}"
