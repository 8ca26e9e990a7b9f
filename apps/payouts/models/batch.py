from django.conf import settings
from django.db import models

from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner


class Batch(PublicId, models.Model):
    """One set of payouts that a platform sent together."""

    id_prefix = "bat"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="batches", db_index=False)
    reference = models.CharField(max_length=64)
    count = models.PositiveIntegerField(help_text="Payouts in the batch.")
    totals = models.JSONField(help_text="Minor units per currency.")
    plan = models.OneToOneField(
        "payouts.Plan",
        null=True,
        on_delete=models.PROTECT,
        related_name="batch",
        help_text="What was committed; empty: its payouts came in one request.",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["partner", "-id"], name="batch_partner")]
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="batch_reference_unique"),
            models.CheckConstraint(condition=models.Q(count__gt=0), name="batch_not_empty"),
        ]

    def __str__(self):
        return self.reference
