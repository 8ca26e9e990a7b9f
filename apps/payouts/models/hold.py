from django.conf import settings
from django.db import models

from apps.core.database import QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner
from apps.recipients.models import Recipient


class HoldQuerySet(models.QuerySet):
    def open(self):
        """Return holds that still stop something."""
        return self.filter(lifted_at__isnull=True)

    def over(self, payout, recipient, partner):
        """Return holds that cover a payout by itself, by its recipient or by its platform."""
        return self.filter(models.Q(payout=payout) | models.Q(recipient=recipient) | models.Q(partner=partner))


class Hold(PublicId, QuickRows, models.Model):
    """One reason why a payout, or all payouts of a recipient or a platform, must not leave."""

    id_prefix = "hld"

    class Kind(models.TextChoices):
        COMPLIANCE = "compliance", "Compliance"
        DUPLICATE = "duplicate", "Possible duplicate"
        MANUAL = "manual", "Manual"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    payout = models.ForeignKey("payouts.Payout", null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
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
