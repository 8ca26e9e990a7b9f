from django.conf import settings
from django.db import models

from apps.core.database import QuickRows
from apps.core.ids import PublicId, uuid7


class HoldQuerySet(models.QuerySet):
    def open(self):
        """Return holds that still stop something."""
        return self.filter(lifted_at__isnull=True)

    def lifted_by_people(self):
        """Return holds that a person may lift: by hand, of duplicates, or after a restore where no bank can be asked."""
        by_people = models.Q(kind__in=Hold.BY_PEOPLE)
        return self.filter(by_people | models.Q(kind=Hold.Kind.RESTORED, next_check_at=None))


class Hold(PublicId, QuickRows, models.Model):
    """One reason why a payout must not leave; what covers more than one payout is a `Stop` of the rails."""

    id_prefix = "hld"

    class Kind(models.TextChoices):
        COMPLIANCE = "compliance", "Compliance"
        MANUAL = "manual", "Manual"
        RESTORED = "restored", "After a restore"
        DUPLICATE = "duplicate", "Likely duplicate"

    BY_PEOPLE = (Kind.MANUAL, Kind.DUPLICATE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    payout = models.ForeignKey("payouts.Payout", on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=255)
    alike = models.JSONField(
        default=list, blank=True, help_text="The payouts that a likely duplicate looks like: id and reference of each."
    )
    next_check_at = models.DateTimeField(
        null=True, editable=False, help_text="When the bank is asked whether it has the payout; empty: people find out."
    )
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
            models.UniqueConstraint(
                fields=["payout", "kind"], condition=models.Q(lifted_at__isnull=True), name="hold_one_open_per_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="duplicate")
                | ~models.Q(alike=[])
                & (models.Q(lifted_at=None) | models.Q(lifted_by__isnull=False, lifted_reason__gt="")),
                name="hold_of_duplicate_is_decided_by_a_person",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.reason}"

    @property
    def is_lifted_by_people(self) -> bool:
        return self.kind in self.BY_PEOPLE or self.kind == self.Kind.RESTORED and self.next_check_at is None
