from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7


class AbsenceQuerySet(LockingQuerySet):
    def at(self, moment):
        """Leave the absences that a moment falls into."""
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)

    def ahead(self, moment):
        """Leave the absences that are not over, the first to begin first."""
        return self.filter(ends_at__gt=moment).order_by("begins_at", "pk")


class Absence(PublicId, models.Model):
    """
    A time in which a person is away, and who looks after what they would decide.

    The delegate decides in their own name and with their own rights: an absence gives none. It ends by itself.
    """

    id_prefix = "abs"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="stands_in",
        db_index=False,
        help_text="Who holds the same role and looks after it meanwhile.",
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="Moved forward to now if the person comes back earlier.")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The person, or an administrator; empty if a command of the installation did.",
    )
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("begins_at")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(delegate=None) | ~Q(delegate=F("person")), name="absence_delegate_is_another"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="absence_ends")]

    def __str__(self):
        return f"{self.person.name} is away"
