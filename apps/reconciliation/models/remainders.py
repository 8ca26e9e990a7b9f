"""Days that close although something of them is not identified yet, because two people have signed for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.rails.models import BankAccount
from apps.reconciliation.models.matches import DayClose
from apps.reconciliation.models.statements import StatementLine


class CloseProposalQuerySet(LockingQuerySet):
    def open(self):
        """Leave those that wait for a second person."""
        return self.filter(status=CloseProposal.Status.PROPOSED)

    def for_second(self, person):
        """Leave those that wait and that this person has not made."""
        return self.open().exclude(proposed_by__in=person.people_behind)


class CloseProposal(PublicId, models.Model):
    """What one person says: that a day may close with these lines unidentified. A second person signs it, or does not."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        CONFIRMED = "confirmed", "Signed by two"
        REFUSED = "refused", "Refused"

    id_prefix = "dcp"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="close_proposals", db_index=False)
    day = models.DateField()
    lines = models.JSONField(help_text="Ids of the lines that are not identified, in order.")
    remainder = models.BigIntegerField(help_text="What they make together: credits less debits, in minor units.")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=400, help_text="Why it cannot wait, and what is being done about it.")
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=400, blank=True)

    objects = CloseProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("sign_remainder", "Can sign, as the second person, that a day closes with a remainder")]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "day"], condition=Q(status="proposed"), name="closeproposal_one_open_per_day"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="closeproposal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(
                    ~Q(decided_by=F("proposed_by")),
                    status="confirmed",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(status="refused", decided_by__isnull=False, decided_at__isnull=False, decided_reason__gt=""),
                name="closeproposal_takes_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.bank_account} {self.day}, with a remainder"


class Remainder(models.Model):
    """One line that was not identified when its day closed. It can be matched later; that is booked on an open day."""

    line = models.OneToOneField(StatementLine, models.PROTECT, related_name="remainder")
    close = models.ForeignKey(DayClose, models.PROTECT, related_name="remainders")
    proposal = models.ForeignKey(CloseProposal, models.PROTECT, related_name="remainders")
    amount = models.BigIntegerField(help_text="What of the line was not identified, in minor units.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="remainder_amount")]

    def __str__(self):
        return f"{self.line} of {self.close}"
