from django.db import models

from apps.core.ids import uuid7
from apps.payouts.models.attempt import Attempt


class RailCall(models.Model):
    """One call of a bank about one attempt, and what came of it. Written when it has ended; a killed one leaves none."""

    class Kind(models.TextChoices):
        SEND = "send"
        QUERY = "query"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="calls")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    issued_at = models.DateTimeField(help_text="By the database's clock, before the call began.")
    ended_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=12)
    code = models.CharField(max_length=35, blank=True)
    text = models.CharField(max_length=255, blank=True)
    bank_reference = models.CharField(max_length=64, blank=True)
    evidence = models.TextField(blank=True, help_text="The bank's own words, without account numbers.")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.kind}: {self.outcome}"
