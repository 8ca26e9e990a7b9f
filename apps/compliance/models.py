from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThanOrEqual

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner
from apps.recipients.models import Recipient, RecipientVersion
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
        indexes = [
            GinIndex(
                fields=["hits"], opclasses=["jsonb_path_ops"], condition=Q(outcome="hit"), name="screening_of_entry"
            )
        ]

    def __str__(self):
        return self.public_id


class ReviewQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(status=Review.Status.OPEN)

    def for_second(self, person):
        """Leave the open ones about which somebody else has said what they come to."""
        proposed = self.open().exclude(proposed_decision="")
        return proposed.exclude(proposed_by__in=person.people_behind)


class Review(PublicId, QuickRows, models.Model):
    """One case for a person: is this recipient the listed party it resembles?"""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLEARED = "cleared", "Cleared"
        REJECTED = "rejected", "Rejected"

    class Decision(models.TextChoices):
        CLEAR = "clear", "Somebody else: clear"
        REJECT = "reject", "The listed party: reject"

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
    proposed_decision = models.CharField(
        max_length=6, blank=True, choices=Decision, help_text="What one person says; another one decides."
    )
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(null=True)
    proposed_reason = models.TextField(blank=True)
    information_due_at = models.DateTimeField(
        null=True, help_text="Until when the platform should answer what it was asked; empty: nothing is open."
    )
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why it is, or is not, the listed party; auditors read this.")

    objects = ReviewQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(proposed_decision="", proposed_by=None, proposed_at=None, proposed_reason="")
                | Q(proposed_decision__in=["clear", "reject"], proposed_by__isnull=False, proposed_at__isnull=False)
                & GreaterThanOrEqual(Length("proposed_reason"), SHORTEST_REASON),
                name="compliance_review_proposed_by_someone_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="cleared") | Q(proposed_decision="clear") & ~Q(proposed_by=F("decided_by")),
                name="compliance_review_is_cleared_by_two",
            ),
        ]

    def __str__(self):
        return self.public_id


class ReviewNote(PublicId, models.Model):
    """What somebody of compliance wrote down while looking at a review. Never changed; platforms never see it."""

    id_prefix = "nte"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(text__gt=""), name="compliance_note_says_something")]

    def __str__(self):
        return self.public_id


class ReviewAttachment(PublicId, models.Model):
    """One document that was put to a review: encrypted at rest, opened by download only. Never changed."""

    class Type(models.TextChoices):
        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    id_prefix = "doc"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=20, choices=Type, help_text="As its first bytes say.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content = Ciphertext(context="reviewattachment:{pk}:content")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["review", "sha256"], name="compliance_attachment_once"),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="compliance_attachment_type",
            ),
        ]

    def __str__(self):
        return self.name

    def write_content(self, content: bytes) -> None:
        self.content = encrypt_file(content, context_of(ReviewAttachment, "content", self.pk))

    def read_content(self) -> bytes:
        return decrypt_file(self.content, context_of(ReviewAttachment, "content", self.pk))


class InformationRequestQuerySet(LockingQuerySet):
    def open(self):
        return self.filter(status=InformationRequest.Status.OPEN)


class InformationRequest(PublicId, models.Model):
    """One question to a platform about a recipient, and its answer. It never says why it is asked."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Not needed any more"

    id_prefix = "rfi"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+", db_index=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="information_requests")
    question = models.TextField(help_text="What the platform reads.")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=220, blank=True, help_text="Who answered, as they were named then.")
    ended_at = models.DateTimeField(null=True, help_text="When it was answered, or not needed any more.")

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("answer_information", "Can answer what compliance asks of a platform")]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(status="open"), name="compliance_informationrequest_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="open", answer="", ended_at=None)
                | Q(status="answered", answer__gt="", ended_at__isnull=False)
                | Q(status="closed", answer="", ended_at__isnull=False),
                name="compliance_informationrequest_status",
            ),
        ]
        indexes = [models.Index(fields=["partner", "-id"], name="informationrequest_partner")]

    def __str__(self):
        return self.public_id
