from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual

from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.recipients.models import RecipientVersion
from apps.users.models import User

SHORTEST_REASON = 10


class WatchlistQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True).order_by("source")


class Watchlist(PublicId, models.Model):
    """One version of one published list. Versions stay for ever: a screening names the one it was made with."""

    id_prefix = "wl"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=20, help_text="Whose list it is, such as ofac-sdn.")
    sha256 = models.CharField(max_length=64, help_text="Over the bytes of the published files.")
    published_on = models.DateField(null=True, blank=True, help_text="As the publisher dates it, if known.")
    entries = models.PositiveIntegerField(help_text="Listed persons, organizations, vessels and aircraft.")
    names = models.PositiveIntegerField(help_text="Their names, with aliases.")
    addresses = models.PositiveIntegerField(help_text="Rows of addresses.")
    active = models.BooleanField(help_text="Recipients are screened against the active version of each source.")
    loaded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Empty if a command loaded it."
    )
    loaded_at = models.DateTimeField()

    objects = WatchlistQuerySet.as_manager()

    class Meta:
        ordering = ["-loaded_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="compliance_watchlist_once"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(active=True), name="compliance_watchlist_one_active_per_source"
            ),
        ]

    def __str__(self):
        return self.version

    @property
    def version(self) -> str:
        return f"{self.source}@{self.sha256[:16]}"


class WatchlistEntry(models.Model):
    """One listed party of one version of a list, as published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watchlist = models.ForeignKey(Watchlist, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="Position in the publication.")
    uid = models.CharField(max_length=20, help_text="The publisher's number of the entry.")
    kind = models.CharField(max_length=10, help_text="individual, entity, vessel or aircraft")
    digest = models.CharField(max_length=64, help_text="Over all that is listed; equal in two versions if unchanged.")
    programs = ArrayField(models.TextField(), help_text="Sanctions programs the entry is listed under.")
    title = models.TextField(blank=True)
    remarks = models.TextField(blank=True)
    births = models.JSONField(help_text="First and last day that each listed date of birth may mean.")
    birth_places = models.JSONField()
    countries = ArrayField(models.CharField(max_length=2), help_text="Of nationality, birth, addresses or flag.")
    addresses = models.JSONField()

    class Meta:
        ordering = ["watchlist", "number"]
        constraints = [models.UniqueConstraint(fields=["watchlist", "uid"], name="compliance_watchlistentry_once")]

    def __str__(self):
        return self.uid


class WatchlistName(models.Model):
    """One name of a listed party."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", "Name"
        ALIAS = "alias", "Also known as"
        FORMER = "former", "Formerly known as"
        NOW = "now", "Now known as"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.ForeignKey(WatchlistEntry, on_delete=models.PROTECT, related_name="names")
    number = models.PositiveIntegerField(help_text="Position within the entry.")
    text = models.TextField(help_text="As published.")
    kind = models.CharField(max_length=7, choices=Kind)
    weak = models.BooleanField(help_text="The publisher calls the alias broad or common.")

    class Meta:
        ordering = ["entry", "number"]
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="compliance_watchlistname_once")]

    def __str__(self):
        return self.text


class Screening(PublicId, QuickRows, models.Model):
    """What screening one version of a recipient against one set of lists found. Kept, so that it is done once."""

    class Outcome(models.TextChoices):
        CLEAR = "clear", "Clear"
        HIT = "hit", "Hit"

    id_prefix = "scr"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient_version = models.ForeignKey(
        RecipientVersion, on_delete=models.PROTECT, related_name="screenings", db_index=False
    )
    lists = models.CharField(max_length=200, help_text="The versions of all lists that were active.")
    algorithm = models.CharField(max_length=20, help_text="The version of the scoring.")
    outcome = models.CharField(max_length=5, choices=Outcome)
    hits = models.JSONField(help_text="Listed entries that look alike, highest score first, with the score's parts.")
    covered_by = models.ForeignKey(
        "Review",
        null=True,
        on_delete=models.PROTECT,
        related_name="covered_screenings",
        help_text="The earlier review in which a person cleared the same entries for the same facts.",
        db_index=False,
    )
    screened_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_version", "lists", "algorithm"], name="compliance_screening_once"
            ),
            models.UniqueConstraint(fields=["id", "recipient_version"], name="compliance_screening_of_version"),
            models.CheckConstraint(
                condition=Q(outcome="clear", hits=[], covered_by=None) | Q(outcome="hit") & ~Q(hits=[]),
                name="compliance_screening_outcome",
            ),
        ]

    def __str__(self):
        return self.public_id


class Review(PublicId, QuickRows, models.Model):
    """One case for a person: is this recipient the listed party it resembles?"""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLEARED = "cleared", "Cleared"
        REJECTED = "rejected", "Rejected"

    id_prefix = "rev"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    screening = models.OneToOneField(Screening, on_delete=models.PROTECT, related_name="review")
    recipient_version = models.ForeignKey(RecipientVersion, on_delete=models.PROTECT, related_name="reviews")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when somebody should have decided.")
    assignee = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who has taken it on."
    )
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why it is, or is not, the listed party; auditors read this.")

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_version"], condition=Q(status="open"), name="compliance_review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None, reason="")
                | Q(status__in=["cleared", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                & GreaterThanOrEqual(Length("reason"), SHORTEST_REASON),
                name="compliance_review_decided_by_someone_for_a_reason",
            ),
        ]

    def __str__(self):
        return self.public_id
