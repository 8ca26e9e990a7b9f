"""Forms that browsers have sent: each is done once, however often its button is pressed."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

KEPT = timedelta(days=1)
"""As long as a sign-in lasts at most, and with it the page that a form stands on."""


class SentFormQuerySet(models.QuerySet):
    def stale(self):
        """Leave those whose page nobody can send any more."""
        return self.filter(sent_at__lt=Now() - KEPT)


class SentForm(models.Model):
    """One form as it was filled in on one page that a browser was shown."""

    digest = models.CharField(
        max_length=64,
        primary_key=True,
        help_text="SHA-256 of the session, of the token that each page has anew, and of what was sent with it.",
    )
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["sent_at"], name="users_sentform_stale")]

    def __str__(self):
        return self.digest
