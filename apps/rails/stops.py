"""
Stops: money does not leave while one is open.

Whoever tells a rail something first calls `Stop.objects.freeze()` in its transaction and then asks what is stopped.
Opening a stop waits for those transactions, and whatever begins after it sees it: when opening returns, nothing that the
stop covers starts any more.
"""

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Cast, Now

from apps.core.database import LockingQuerySet, QuickRows, assert_in_transaction
from apps.core.ids import PublicId, uuid7
from apps.core.statements import ask

GATE = 0x73746F70
"""The number of the advisory lock: shared by those who send, exclusive to who opens a stop."""


class StopQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(lifted_at=None)

    def over(self, **things):
        """
        Return the stops that cover any of these: `rail="…", partner=<id>, …`, each a value or an expression of SQL.

        A stop of everything covers all.
        """
        covering = Q(scope=Stop.Scope.EVERYTHING)
        for scope, value in things.items():
            is_expression = hasattr(value, "resolve_expression")
            covering |= Q(scope=scope, value=Cast(value, models.TextField()) if is_expression else str(value))
        return self.filter(covering)

    def over_file(self, file):
        """Return the stops that cover a payment file as a whole."""
        return self.open().over(rail=file.rail, bank_account=file.bank_account_id)

    def freeze(self) -> None:
        """Keep stops from being opened until the transaction ends. Call it before any row is locked."""
        assert_in_transaction()
        ask("SELECT pg_advisory_xact_lock_shared(%s::bigint)", [GATE])

    def close_gate(self) -> None:
        """Wait until nobody is sending, and let nobody begin until the transaction ends."""
        assert_in_transaction()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])


class Stop(PublicId, QuickRows, models.Model):
    """One reason why nothing of a kind may leave; one person opens it, two others than each other lift it."""

    id_prefix = "stp"

    class Scope(models.TextChoices):
        EVERYTHING = "everything", "Everything"
        PARTNER = "partner", "Platform"
        RAIL = "rail", "Rail"
        BANK_ACCOUNT = "bank_account", "Bank account"
        COUNTRY = "country", "Country of the account"
        RECIPIENT = "recipient", "Recipient"

    class Kind(models.TextChoices):
        MANUAL = "manual", "By a person"
        INVARIANT = "invariant", "Something is not as it must be"
        AFTER_RESTORE = "after_restore", "Hold mode"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.MANUAL)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    value = models.CharField(
        max_length=36, blank=True, help_text="A rail, a country, or the id of a row; empty for everything."
    )
    reason = models.CharField(max_length=400)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="Empty: the portal itself."
    )
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    lift_reason = models.CharField(max_length=400, blank=True, help_text="Why it may go on, in the words of the first.")
    lift_proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lift_proposed_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="The second person."
    )
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="everything", value="")
                | Q(scope="rail", value__regex="^[a-z0-9_]+$")
                | Q(scope="country", value__regex="^[A-Z]{2}$")
                | Q(scope__in=["partner", "bank_account", "recipient"], value__regex="^[0-9a-f-]{36}$"),
                name="stop_covers_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["manual", "invariant"]) | Q(kind="after_restore", scope="everything"),
                name="stop_kind",
            ),
            models.UniqueConstraint(
                fields=["scope", "value", "kind"], condition=Q(lifted_at=None), name="stop_one_open_per_kind"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="stop_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lift_proposed_by=None, lift_proposed_at=None, lift_reason="")
                | Q(lift_proposed_by__isnull=False, lift_proposed_at__isnull=False, lift_reason__gt=""),
                name="stop_lift_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False, lift_proposed_by__isnull=False)
                & ~Q(lifted_by=F("lift_proposed_by")),
                name="stop_lifted_by_two_people",
            ),
        ]

    def __str__(self):
        return f"{self.get_scope_display()} {self.value}".strip()

    @property
    def covers_files(self) -> bool:
        """Whether a sealed file is stopped too; single payments cannot be taken out of its bytes."""
        return self.scope in (self.Scope.EVERYTHING, self.Scope.RAIL, self.Scope.BANK_ACCOUNT)

    @property
    def is_open(self) -> bool:
        return self.lifted_at is None
