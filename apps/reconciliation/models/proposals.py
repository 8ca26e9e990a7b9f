"""What one person wants to match or undo, and what a second person says to that."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models.statements import LinePart, StatementLine


class ProposalQuerySet(LockingQuerySet):
    def open(self):
        """Leave those that wait for a second person."""
        return self.filter(status=Proposal.Status.PROPOSED)

    def about(self, line):
        """Leave those about a line, also as one of several that are grouped, or were; `line` may be a reference to one."""
        shared, undone = Q(shares__part__line=line), Q(undoes__proposal__shares__part__line=line)
        return self.filter(Q(line=line) | shared | undone).distinct()

    def about_part(self, part):
        """Leave those about a part of a line, also as one of several."""
        return self.filter(Q(part=part) | Q(shares__part=part)).distinct()

    def for_second(self, person):
        """Leave those that wait, that this person has not made, and that they may confirm."""
        small = models.Q(kind=Kind.WRITE_OFF)
        may = {
            "reconciliation.confirm_proposal": ~small,
            "reconciliation.confirm_write_off": small,
        }
        kinds = [which for permission, which in may.items() if person.has_perm(permission)]
        if not kinds:
            return self.none()
        return self.open().filter(reduce(or_, kinds)).exclude(proposed_by__in=person.people_behind)


class Proposal(PublicId, models.Model):
    """
    What one person says that a part of a line is, without evidence that proves it, or which match should be undone.

    A second person confirms it, and it happens then; or either of the two refuses it. It lapses if a rule explains the
    part meanwhile.
    """

    class Shape(models.TextChoices):
        ONE = "one", "One part is one thing"
        SPLIT = "split", "One part is several things"
        GROUP = "group", "Several parts are one thing"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        LAPSED = "lapsed", "Overtaken by a rule"

    id_prefix = "prp"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="proposals")
    part = models.ForeignKey(LinePart, models.PROTECT, related_name="proposals")
    undoes = models.ForeignKey(
        "reconciliation.Match",
        models.PROTECT,
        null=True,
        related_name="undo_proposals",
        help_text="The match to undo, the first of a batch; empty where the part is to be matched.",
    )
    shape = models.CharField(max_length=5, choices=Shape, default=Shape.ONE)
    kind = models.CharField(
        max_length=8, choices=Kind, help_text="What the part is said to be, the first of it, or was matched as."
    )
    target = models.UUIDField(
        null=True, help_text="The payout, file, platform or conflict; a fee has none, and what is split."
    )
    amount = models.BigIntegerField(help_text="Of the part, or of all that are grouped.")
    reason = models.CharField(max_length=400, help_text="Why, in the words of whoever proposes it.")
    shown = models.JSONField(help_text="What would follow, as it was shown when it was proposed.")
    basis = models.CharField(max_length=64, help_text="Digest of what it rests on: it is the same when it happens.")
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=400, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [
            ("confirm_proposal", "Can confirm, as the second person, what moves money on a statement"),
            ("confirm_write_off", "Can confirm, as the second person, that a line is written off"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(status="proposed"), name="proposal_one_open_per_part"),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(kind="suspense"), name="proposal_of_something"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="proposal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(
                    ~Q(decided_by=F("proposed_by")),
                    status="confirmed",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(status="refused", decided_by__isnull=False, decided_at__isnull=False, decided_reason__gt="")
                | Q(status="lapsed", decided_at__isnull=False),
                name="proposal_takes_two_people",
            ),
        ]
        indexes = [models.Index(fields=["line"], condition=Q(status="proposed"), name="proposal_open_by_line")]

    def __str__(self):
        what = self.get_kind_display().lower()
        if self.shape == self.Shape.SPLIT:
            return "Split into several"
        if self.shape == self.Shape.GROUP:
            return f"Match with other lines as {what}"
        return f"Undo the match as {what}" if self.undoes_id else f"Match as {what}"

    @property
    def confirmed_with(self) -> str:
        """The permission that confirms it: what is written off is confirmed by another role than proposes it."""
        return f"reconciliation.{'confirm_write_off' if self.kind == Kind.WRITE_OFF else 'confirm_proposal'}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PROPOSED


class Share(models.Model):
    """What of a split is one thing, or what one part is of a group: together they are the proposal, to the cent."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="shares", db_index=False)
    part = models.ForeignKey(LinePart, models.PROTECT, related_name="shares")
    kind = models.CharField(max_length=8, choices=Kind)
    target = models.UUIDField(null=True)
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "part", "kind", "target"], nulls_distinct=False, name="share_named_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="share_amount"),
            models.CheckConstraint(condition=~Q(kind__in=["suspense", "writeoff"]), name="share_of_something"),
        ]

    def __str__(self):
        return self.get_kind_display()
