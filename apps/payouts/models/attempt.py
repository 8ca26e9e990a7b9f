from django.db import models

from apps.core.database import LockingQuerySet, QuickRows, database_now
from apps.core.ids import PublicId, uuid7
from apps.core.statements import ask, rows_where
from apps.payouts.models.payout import Payout
from apps.rails.models import BankAccount, PaymentFile

_MOVE_LIVE = """
UPDATE payouts_attempt SET status = %s, status_at = %s, next_step = '', next_step_at = NULL, lease_until = NULL
 WHERE payout_id = ANY(%s) AND status IN ('prepared', 'sent', 'accepted', 'in_doubt', 'settled')
"""

_SEND_DUE = """
WHERE next_step = 'send' AND next_step_at <= %(now)s AND lease_until IS NULL
ORDER BY next_step_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
"""
"""Who died while sending may have sent: what is left of a lease is no reason to send again."""

_QUERY_DUE = """
WHERE next_step = 'query' AND next_step_at <= %(now)s AND (lease_until IS NULL OR lease_until < %(now)s)
ORDER BY next_step_at, id LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
"""

_LIVE_OF = """
SELECT payout_id, id FROM payouts_attempt
 WHERE payout_id = ANY(%s) AND status IN ('prepared', 'sent', 'accepted', 'in_doubt', 'settled')
"""

NOTHING_LEFT = {"next_step": "", "next_step_at": None, "lease_until": None}
"""What is left to do about an attempt whose bank has spoken."""


class AttemptQuerySet(LockingQuerySet):
    def move_live(self, payouts, status):
        """Give the live attempt of each payout a new status, in one statement."""
        if payouts:
            ask(_MOVE_LIVE, [str(status), database_now(), [payout.pk for payout in payouts]])

    def live_of(self, payouts) -> dict:
        """Return the id of the live attempt of each payout that has one, by the payout's id."""
        return dict(ask(_LIVE_OF, [[payout.pk for payout in payouts]]))

    def lock_due(self, step, now, most):
        """Lock attempts on rails that are called whose next step is this one and is due, oldest first; leave locked ones out."""
        due = _SEND_DUE if step == Attempt.Step.SEND else _QUERY_DUE
        return rows_where(self.model, due, {"now": now, "most": most})

    def in_doubt(self):
        """Return the attempts in doubt, and those that people were asked to look at while they are still to be called."""
        raised = models.Q(raised_at__isnull=False) & ~models.Q(next_step="")
        return self.filter(raised | models.Q(status=Attempt.Status.IN_DOUBT))


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

    class Step(models.TextChoices):
        SEND = "send"
        QUERY = "query"

    LIVE = ("prepared", "sent", "accepted", "in_doubt", "settled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    rail = models.CharField(max_length=32)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(
        PaymentFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="attempts",
        db_index=False,
        help_text="Empty on a rail that is called.",
    )
    instruction_id = models.CharField(max_length=35)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PREPARED)
    reason_code = models.CharField(max_length=35, blank=True)
    reason = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    status_at = models.DateTimeField(auto_now_add=True)

    next_step = models.CharField(max_length=5, blank=True, choices=Step.choices, help_text="Of a rail that is called.")
    next_step_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, editable=False, help_text="Until then one worker is at it.")
    sends = models.PositiveSmallIntegerField(default=0, help_text="How often a send may have reached the bank.")
    first_sent_at = models.DateTimeField(null=True)
    sent_before = models.DateTimeField(null=True, help_text="After this moment no send that began can reach the bank.")
    queries = models.PositiveSmallIntegerField(default=0, help_text="How often the bank was asked what became of it.")
    raised_at = models.DateTimeField(null=True, help_text="When it became a task for people.")
    raised_because = models.CharField(max_length=255, blank=True)

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
            models.CheckConstraint(
                condition=models.Q(next_step="", next_step_at=None)
                | models.Q(
                    next_step__in=["send", "query"],
                    next_step_at__isnull=False,
                    file=None,
                    status__in=["prepared", "in_doubt", "accepted"],
                ),
                name="attempt_step_is_of_a_call",
            ),
            models.CheckConstraint(
                condition=models.Q(sends=0, first_sent_at=None, sent_before=None)
                | models.Q(sends__gt=0, first_sent_at__isnull=False, sent_before__isnull=False, file=None),
                name="attempt_sends_have_times",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["file", "id"], name="attempt_file", condition=models.Q(file__isnull=False)),
            models.Index(fields=["next_step_at"], name="attempt_next_step", condition=~models.Q(next_step="")),
            models.Index(fields=["status_at"], name="attempt_in_doubt", condition=models.Q(status="in_doubt")),
        ]

    def __str__(self):
        return self.instruction_id
