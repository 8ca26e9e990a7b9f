from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner


class SubjectKind(models.TextChoices):
    PAYOUT = "payout", "Payout"


class RequestQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(status=Request.Status.OPEN)

    def awaiting(self, person):
        """Return the open requests that this person may still decide."""
        return self.filter(to_decide(person))


def to_decide(person, path="") -> Q:
    """
    Return what is true of a request that this person may still decide: by no account excluded, or the one who decided before.

    `path` leads to the request from other rows, such as ``approval__``, so that they are joined with it once.
    """
    accounts = list(person.people_behind)
    decided = Decision.objects.filter(request=OuterRef(f"{path}pk"), person__in=accounts)
    open_ = Q((f"{path}status", Request.Status.OPEN))
    return open_ & ~Q((f"{path}excluded__overlap", accounts)) & ~Exists(decided)


class Request(PublicId, QuickRows, models.Model):
    """
    The question whether one thing may be done, bound by digest to its content and to the policy of that moment.

    Its counter and its status follow its decisions by a trigger, and by nothing else.
    """

    id_prefix = "apr"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        VOID = "void", "Void"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.CharField(max_length=40, help_text="Public id of what is to be approved.")
    subject_kind = models.CharField(max_length=20, choices=SubjectKind)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content that is approved, in hexadecimal.")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amount_before = models.BigIntegerField(default=0, help_text="What counts beside the amount: the parts before it.")
    parts = ArrayField(
        models.CharField(max_length=40), default=list, help_text="Public ids of the newest parts, the newest first."
    )
    policy = models.JSONField(help_text="The policy as it was when the request was opened.")
    required = models.PositiveSmallIntegerField(help_text="How many people must approve; none means by policy alone.")
    approvals = models.PositiveSmallIntegerField(default=0, help_text="How many people have approved.")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    excluded = ArrayField(
        models.UUIDField(), default=list, help_text="People who do not count: makers, last editors, owners of the key."
    )
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(status__in=["open", "approved"]), name="approvals_request_one_live"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="approvals_request_amount"),
            models.CheckConstraint(
                condition=Q(amount_before=0, parts=[]) | Q(amount_before__gt=0), name="approvals_request_parts"
            ),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="approvals_request_digest"),
            models.CheckConstraint(condition=Q(approvals__lte=F("required")), name="approvals_request_never_too_many"),
            models.CheckConstraint(
                condition=Q(status="open", approvals__lt=F("required"), decided_at__isnull=True)
                | Q(status="approved", approvals=F("required"), decided_at__isnull=False)
                | Q(status__in=["rejected", "void"], decided_at__isnull=False),
                name="approvals_request_status",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status="open"), name="approvals_request_open"),
            models.Index(fields=["partner", "currency", "-id"], name="approvals_request_partner"),
        ]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.subject}: {self.approvals} of {self.required}"

    @property
    def counted(self) -> int:
        """What the policy was asked about: the amount with all that counts beside it, in minor units."""
        return self.amount + self.amount_before


class Decision(PublicId, QuickRows, models.Model):
    """What one person decided about one request, and which content they saw. Never changed."""

    id_prefix = "dec"

    class Choice(models.TextChoices):
        APPROVE = "approve", "Approve"
        REJECT = "reject", "Reject"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=7, choices=Choice)
    reason = models.CharField(max_length=500, blank=True, help_text="Why; a rejection needs a reason.")
    digest = models.CharField(max_length=64, help_text="Digest of the content the person was shown.")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "person"], name="approvals_decision_once"),
            models.CheckConstraint(
                condition=Q(choice="approve") | Q(choice="reject") & ~Q(reason=""), name="approvals_decision_choice"
            ),
        ]
        default_permissions = ()

    def __str__(self):
        return f"{self.choice} by {self.person}"


class VoidDecision(QuickRows, models.Model):
    """A decision that counts no more: whoever gave it was shut out while the request was open. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="void")
    void_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"void: {self.decision_id}"
