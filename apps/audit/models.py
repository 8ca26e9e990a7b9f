"""What the portal has found out about itself."""

from django.db import models
from django.db.models.functions import Now

from apps.core.ids import PublicId, uuid7


class InvariantRun(PublicId, models.Model):
    """One check of every invariant: when, for how long, and the rows that contradicted one."""

    id_prefix = "inv"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ran_at = models.DateTimeField(db_default=Now(), editable=False)
    milliseconds = models.PositiveIntegerField()
    violations = models.JSONField(default=list, help_text="Each with the code and title of its invariant, and the row.")

    class Meta:
        ordering = ["-id"]
        default_permissions = ()


class Epoch(models.Model):
    """One life of the database: it begins when the database is made, and anew when a restored copy is noticed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
