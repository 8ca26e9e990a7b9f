"""What is expected, what was found, and days that are closed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.core.money import format_amount
from apps.ledger.models import Journal
from apps.partners.models import Partner
from apps.payouts.models import Attempt, Conflict, Payout
from apps.rails.models import BankAccount, PaymentFile
from apps.reconciliation.kinds import MOMENTS, Kind
from apps.reconciliation.models.statements import LinePart, Statement, StatementLine


class Expectation(models.Model):
    """A debit that should appear on a statement, because an attempt was handed to the bank."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="expectations", db_index=False)
    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="expectation")
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="expectations")
    file = models.ForeignKey(PaymentFile, models.PROTECT, null=True, related_name="expectations")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    end_to_end_id = models.CharField(max_length=35)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["end_to_end_id"], condition=Q(state="open"), name="expectation_open_once_per_payout"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="expectation_amount"),
            models.CheckConstraint(condition=Q(state__in=["open", "met", "withdrawn"]), name="expectation_state"),
        ]
        indexes = [
            # Not for open ones alone: then it would tempt the planner away from the index of their references.
            models.Index(fields=["bank_account", "state", "file", "amount"], name="expectation_by_file"),
        ]

    def __str__(self):
        return f"{self.end_to_end_id} {format_amount(self.amount, self.currency)} {self.currency}"


class MatchQuerySet(LockingQuerySet):
    def ending_with(self, match):
        """Leave the live matches that end with a match: those of its part, and those made by the same two people together."""
        together = Q(part=match.part_id)
        return self.filter(together | Q(proposal=match.proposal_id) if match.proposal_id else together, undone_at=None)


class Match(PublicId, QuickRows, models.Model):
    """
    What a part of a line was, and who said so. A part that nobody has identified yet is matched to suspense.

    A match is never changed. Undoing it ends it with a reason, and the pair is remembered as rejected. Where two people have
    split a part, or grouped several, each match is what one part and one thing have in common.
    """

    id_prefix = "mat"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="matches")
    part = models.ForeignKey(LinePart, models.PROTECT, related_name="matches")
    kind = models.CharField(max_length=8, choices=Kind)
    amount = models.BigIntegerField()
    place = models.PositiveIntegerField(default=1, help_text="Which of the matches of its part, where that was split.")
    piece = models.PositiveIntegerField(
        default=1, help_text="Which of the matches of what it names, where several parts were grouped."
    )
    expectation = models.ForeignKey(Expectation, models.PROTECT, null=True, related_name="matches", db_index=False)
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="matches")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+", db_index=False)
    conflict = models.ForeignKey(
        Conflict, models.PROTECT, null=True, related_name="matches", help_text="By which this debit was charged."
    )
    proposal = models.ForeignKey(
        "reconciliation.Proposal",
        models.PROTECT,
        null=True,
        related_name="matches",
        db_index=False,
        help_text="By which two people decided it; empty where evidence or a rule did.",
    )
    automatic = models.BooleanField(default=True, help_text="By rule, and not by a person.")
    evidence = models.CharField(max_length=200, blank=True, help_text="What proves it, in words.")
    matched_at = models.DateTimeField(db_default=Now(), editable=False)
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    undone_reason = models.CharField(max_length=400, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "matches"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["part", "place"],
                condition=Q(undone_at=None) & ~Q(kind="batch"),
                name="match_live_once_per_part",
            ),
            models.UniqueConstraint(
                fields=["expectation", "piece"], condition=Q(undone_at=None), name="match_live_once_per_expectation"
            ),
            models.UniqueConstraint(
                fields=["payout", "piece"],
                condition=Q(undone_at=None, kind="return"),
                name="match_live_return_once_per_payout",
            ),
            models.UniqueConstraint(
                fields=["conflict", "kind"], condition=Q(undone_at=None), name="match_live_once_per_conflict"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="match_amount"),
            models.CheckConstraint(
                condition=Q(place=1, piece=1) | Q(place__gte=1, piece__gte=1, automatic=False, proposal__isnull=False),
                name="match_shared_by_two",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["payout", "batch"],
                    expectation__isnull=False,
                    payout__isnull=False,
                    partner=None,
                    conflict=None,
                )
                | Q(kind="return", expectation=None, payout__isnull=False, partner=None, conflict=None)
                | Q(kind="funding", expectation=None, payout=None, partner__isnull=False, conflict=None)
                | Q(
                    kind__in=["fee", "suspense", "writeoff"], expectation=None, payout=None, partner=None, conflict=None
                )
                | Q(
                    kind__in=["extra", "repaid"],
                    expectation=None,
                    payout__isnull=False,
                    partner=None,
                    conflict__isnull=False,
                ),
                name="match_names_what_it_is",
            ),
        ]
        indexes = [
            models.Index(fields=["line"], condition=Q(undone_at=None), name="match_live_by_line"),
            models.Index(fields=["proposal"], condition=Q(proposal__isnull=False), name="match_by_proposal"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.public_id}"

    @property
    def is_live(self) -> bool:
        return self.undone_at is None

    @property
    def target(self):
        """The id of what it names, as a choice and a proposal do: the payout, file, platform or conflict."""
        if self.kind == Kind.BATCH:
            return self.expectation.file_id
        if self.kind == Kind.FUNDING:
            return self.partner_id
        return self.conflict_id if self.kind in (Kind.EXTRA, Kind.REPAID) else self.payout_id

    @property
    def journals(self):
        """The journals that this match posted, and those that took them back."""
        return Journal.objects.filter(moment__in=MOMENTS[self.kind], reference=self.public_id)


class DayClose(models.Model):
    """A day of a bank account that is closed: every line identified, and the ledger equal to the statement."""

    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="closed_days")
    day = models.DateField()
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+", help_text="The last one of the day.")
    balance = models.BigIntegerField(help_text="What statement and ledger agree on, in minor units.")
    currency = models.CharField(max_length=3)
    lines_count = models.PositiveIntegerField()
    closed_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-day"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["bank_account", "day"], name="dayclose_once")]

    def __str__(self):
        return f"{self.bank_account} {self.day}"
