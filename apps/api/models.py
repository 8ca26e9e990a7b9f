from django.db import models

from apps.core.ciphertext import Ciphertext
from apps.core.ids import uuid7
from apps.partners.models import ApiKey, Partner


class IdempotencyKey(models.Model):
    """One key under which a partner's request succeeded, with the answer it got. Kept for ever, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=200, help_text="Method and path of the request the key belongs to.")
    digests = models.JSONField(help_text="Keyed digest of every member of the body, to name what differs in another.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    answer_ciphertext = Ciphertext(
        context="idempotencykey:{pk}:answer", help_text="The answer's body, encrypted: it may hold a secret shown once."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["partner", "-id"], name="idempotencykey_partner")]
        constraints = [
            models.UniqueConstraint(fields=["partner", "key"], name="idempotencykey_unique"),
            models.CheckConstraint(condition=models.Q(status__range=(200, 299)), name="idempotencykey_success"),
        ]

    def __str__(self):
        return self.key


class RequestWindow(models.Model):
    """How often a key has called in its present minute. Not logged by the database: after a crash the count begins anew."""

    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="+")
    began_at = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.count} requests since {self.began_at:%H:%M:%S}"
