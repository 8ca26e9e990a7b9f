from django.db import models

from apps.core.database import LockingQuerySet, QuickRows, database_now
from apps.core.ids import PublicId, uuid7
from apps.payouts.models.payout import Payout
from apps.rails.models import BankAccount, PaymentFile


class AttemptQuerySet(LockingQuerySet):
    def move_live(self, payouts, status):
        """Give the live attempt of each payout a new status, in one statement."""
        live = self.filter(payout__any_of=[payout.pk for payout in payouts], status__in=Attempt.LIVE)
        return live.update(status=status, status_at=database_now())


class Attempt(PublicId, QuickRows, models.Model):
    """One try to pay one payout on one rail. At most one attempt of a payout is alive."""

    id_prefix = "att"

    class Status(models.TextChoices):
        PREPARED = "prepared"
        SENT = "sent"
        ACCEPTED = "accepted"
        IN_DOUBT = "in_doubt"
        SETTLED = "settled"
        REFUSED = "refused"
        RETURNED = "returned"
        ABANDONED = "abandoned"

    LIVE = ("prepared", "sent", "accepted", "in_doubt", "settled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    rail = models.CharField(max_length=32)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(PaymentFile, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    instruction_id = models.CharField(max_length=35)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PREPARED)
    reason_code = models.CharField(max_length=35, blank=True)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    status_at = models.DateTimeField(auto_now_add=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["payout", "number"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(fields=["instruction_id"], name="attempt_instruction_id_unique"),
            models.UniqueConstraint(
                fields=["payout"],
                condition=models.Q(status__in=["prepared", "sent", "accepted", "in_doubt", "settled"]),
                name="attempt_one_alive",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "prepared", "sent", "accepted", "in_doubt", "settled", "refused", "returned", "abandoned",
                    ]
                ),
                name="attempt_status",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["file", "id"], name="attempt_file")]

    def __str__(self):
        return self.instruction_id
