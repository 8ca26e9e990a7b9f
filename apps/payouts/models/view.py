from django.conf import settings
from django.db import models

from apps.core.ids import PublicId, uuid7


class SavedView(PublicId, models.Model):
    """A question to the list of payouts that one person keeps under a name."""

    id_prefix = "vw"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, help_text="As it stands in the address of the list.")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="savedview_name_unique")]
        default_permissions = ()

    def __str__(self):
        return self.name
