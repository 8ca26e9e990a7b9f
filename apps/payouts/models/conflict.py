from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.rails.models import Stop


class ConflictQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def exposing(self):
        """Return the open conflicts by which more money may have left than the books say."""
        return self.open().filter(kind__in=Conflict.MONEY_IS_GONE)

    def charged(self):
        """Return the conflicts that ended with a debit which nobody had posted; a statement line shows each."""
        return self.filter(outcome=Conflict.Outcome.PAID_AFTER_ALL)


class Conflict(PublicId, models.Model):
    """
    Evidence that contradicts what is held of a payout, until two people have decided which of the two is true.

    It is a row beside the payout and not a state of it: an end stays an end, the books stay as they were posted, and one
    payout may be contradicted in several ways. While it is open no rule moves the payout's money; nothing but a decision
    of two people closes it.
    """

    id_prefix = "cfl"

    class Kind(models.TextChoices):
        MONEY_LEFT = "money_left", "The bank paid what is held as not paid"
        PAID_TWICE = "paid_twice", "The bank paid it more than once"
        REFUSED = "refused", "The bank refuses what it had paid"

    class Outcome(models.TextChoices):
        STANDS = "stands", "What was held before stands"
        PAID_AFTER_ALL = "paid_after_all", "The money did leave"
        REFUSED_AFTER_ALL = "refused_after_all", "The bank never paid it"

    class Charged(models.TextChoices):
        FUNDS = "funds", "The platform's balance"
        OPS_LOSS = "ops_loss", "A loss of the house"
        BANK_DISPUTE = "bank_dispute", "Disputed with the bank"

    MONEY_IS_GONE = (Kind.MONEY_LEFT, Kind.PAID_TWICE)
    OUTCOMES = {
        Kind.MONEY_LEFT: (Outcome.STANDS, Outcome.PAID_AFTER_ALL),
        Kind.PAID_TWICE: (Outcome.STANDS, Outcome.PAID_AFTER_ALL),
        Kind.REFUSED: (Outcome.STANDS, Outcome.REFUSED_AFTER_ALL),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey("payouts.Payout", on_delete=models.PROTECT, related_name="conflicts")
    attempt = models.ForeignKey(
        "payouts.Attempt",
        on_delete=models.PROTECT,
        null=True,
        related_name="conflicts",
        help_text="Empty: it had none.",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField(help_text="What moved against what is held, in minor units.")
    currency = models.CharField(max_length=3)
    said_before = models.CharField(max_length=255, help_text="What was held when the first evidence came.")
    said_now = models.CharField(max_length=255, help_text="What the first evidence says.")
    evidence = models.JSONField(help_text="Every piece of it: source (call, report, line), id, at, and what it says.")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    stop = models.ForeignKey(
        Stop, on_delete=models.PROTECT, null=True, related_name="+", help_text="What it stopped, if money may be gone."
    )
    outcome = models.CharField(max_length=17, blank=True, choices=Outcome.choices)
    charged_to = models.CharField(
        max_length=12, blank=True, choices=Charged.choices, help_text="Who bears money that did leave."
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["payout", "kind"], condition=Q(closed_at=None), name="conflict_one_open_per_kind"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="conflict_amount"),
            models.CheckConstraint(condition=Q(kind__in=["money_left", "paid_twice", "refused"]), name="conflict_kind"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None, charged_to="")
                | Q(outcome="stands", closed_at__isnull=False, charged_to="")
                | Q(outcome="refused_after_all", closed_at__isnull=False, charged_to="", kind="refused")
                | Q(
                    outcome="paid_after_all",
                    closed_at__isnull=False,
                    charged_to__in=["funds", "ops_loss"],
                    kind="money_left",
                )
                | Q(outcome="paid_after_all", closed_at__isnull=False, charged_to="bank_dispute", kind="paid_twice"),
                name="conflict_outcome_fits",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], name="conflict_open", condition=Q(closed_at=None))]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def outcomes(self) -> list:
        """The ends that this kind of conflict may have, with their words."""
        return [(outcome.value, outcome.label) for outcome in self.OUTCOMES[self.kind]]

    def knows(self, source: str, source_id: str) -> bool:
        """Whether this piece of evidence is noted already."""
        return any((piece["source"], piece["id"]) == (source, source_id) for piece in self.evidence)
