"""Two accounts of one person."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.users.models.people import User


class PersonLinkQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(status=PersonLink.Status.PROPOSED)

    def about(self, person):
        """Return the links between this account and another one."""
        return self.filter(Q(one=person) | Q(other=person))


class PersonLink(PublicId, models.Model):
    """
    What one administrator says and another one confirms: that two accounts belong to one person.

    From then on the two count as one wherever two people are needed, and their roles as held together. It stays.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"

    id_prefix = "pln"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400, help_text="How it is known.")
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = PersonLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(status__in=["proposed", "confirmed"]), name="users_personlink_once"
            ),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="users_personlink_two_accounts"),
            models.CheckConstraint(condition=Q(reason__gt=""), name="users_personlink_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(status__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="users_personlink_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("one")) & ~Q(decided_by=F("other")),
                name="users_personlink_by_two_others",
            ),
        ]
        default_permissions = ()

    def __str__(self):
        return f"{self.one} is {self.other}"
