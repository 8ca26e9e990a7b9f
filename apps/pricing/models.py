from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner

LASTS = timedelta(minutes=30)
"""For so long a payout may be made at a quoted price."""


class Quote(PublicId, models.Model):
    """
    What one payout would cost on every rail at a moment. Never changed; until it expires one payout may be made at that price.

    `options` has one entry per rail: `rail`, `reasons` (why it cannot be taken; empty: it can), and of those that can `terms`
    (of the fee, empty: none), `cut_off_at` (None: it leaves at once), `execute_on` and `arrives_on`.
    """

    id_prefix = "quo"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField(help_text="Minor units.")
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, help_text="Of the account that is to be paid.")
    recipient = models.UUIDField(null=True, help_text="The recipient it was asked for, if it was for one.")
    method = models.UUIDField(null=True, help_text="The recipient's method it was asked for.")
    rail = models.CharField(max_length=32, help_text="The rail that was asked for, or auto.")
    execute_on = models.DateField(null=True)
    options = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="quote_amount_positive"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="quote_expires_later"),
        ]
        indexes = [models.Index(fields=["partner", "-id"], name="quote_partner")]

    def __str__(self):
        return self.public_id

    def option(self, rail: str) -> dict | None:
        """Return what was quoted for a rail that could be taken, or None."""
        return next((one for one in self.options if one["rail"] == rail and not one["reasons"]), None)
