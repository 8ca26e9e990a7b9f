import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.core.statements import rows_where


def new_recall_id() -> str:
    """Return what a bank knows a recall by, for ever."""
    return uuid.uuid4().hex


class RecallQuerySet(LockingQuerySet):
    def live(self):
        """Return the requests that a bank has still to answer."""
        return self.filter(status__in=RecallRequest.LIVE)

    def lock_due(self, now, most):
        """Lock requests about which a bank is to be told or asked, oldest first; leave out those that are locked."""
        due = "WHERE status IN ('requested', 'asked', 'unanswered') AND next_at <= %s ORDER BY next_at, id"
        return rows_where(self.model, f"{due} LIMIT %s FOR NO KEY UPDATE SKIP LOCKED", [now, most])


class RecallRequest(PublicId, QuickRows, models.Model):
    """
    One request to a bank to bring a payout's money back, with a life of its own.

    It never changes the payout or the books: what was granted comes back as a line on a statement, and that returns it.
    """

    id_prefix = "rcl"

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        ASKED = "asked", "The bank is asked"
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"
        UNANSWERED = "unanswered", "Not answered in time"
        OVER = "over", "No longer needed"

    class Step(models.TextChoices):
        ASK = "ask"
        CHECK = "check"

    LIVE = (Status.REQUESTED, Status.ASKED, Status.UNANSWERED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey("payouts.Payout", on_delete=models.PROTECT, related_name="recalls")
    attempt = models.ForeignKey("payouts.Attempt", on_delete=models.PROTECT, related_name="+")
    recall_id = models.CharField(
        max_length=35, unique=True, default=new_recall_id, help_text="What the bank knows it by, at every repetition."
    )
    reason = models.CharField(max_length=255)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    status_at = models.DateTimeField(auto_now_add=True)
    answer_due_on = models.DateField(help_text="By then the scheme wants an answer; on the bank account's calendar.")
    step = models.CharField(max_length=5, blank=True, choices=Step.choices, default=Step.ASK)
    next_at = models.DateTimeField(null=True, help_text="When the bank is asked next; while a call runs, its lease.")
    asks = models.PositiveSmallIntegerField(default=0, help_text="How often the bank was to be told.")
    checks = models.PositiveIntegerField(default=0, help_text="How often the bank was asked what became of it.")
    code = models.CharField(max_length=35, blank=True)
    text = models.CharField(max_length=255, blank=True)
    evidence = models.TextField(blank=True, help_text="The bank's last words, without account numbers.")

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(status__in=["requested", "asked", "unanswered"]),
                name="recall_one_live_per_payout",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "asked", "unanswered"], step__gt="", next_at__isnull=False)
                | Q(status__in=["granted", "refused", "over"], step="", next_at=None),
                name="recall_has_a_next_step_while_it_lives",
            ),
            models.CheckConstraint(condition=~Q(status="requested") | Q(asks=0), name="recall_asked_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="recall_next", condition=Q(status__in=["requested", "asked", "unanswered"])
            ),
        ]

    def __str__(self):
        return self.recall_id

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE
