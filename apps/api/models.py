from django.db import models

from apps.core.ciphertext import Ciphertext
from apps.core.ids import uuid7
from apps.partners.models import Partner


class IdempotencyKey(models.Model):
    """One key under which a partner's request succeeded, with the answer it got. Kept for ever, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
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
        constraints = [
            models.UniqueConstraint(fields=["partner", "key"], name="idempotencykey_unique"),
            models.CheckConstraint(condition=models.Q(status__range=(200, 299)), name="idempotencykey_success"),
        ]

    def __str__(self):
        return self.key
