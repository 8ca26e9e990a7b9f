"""Payment files that people bring to the bank by other means than its folder."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.core.uploads import TYPES, Document
from apps.rails.models.files import PaymentFile


class HandOverQuerySet(LockingQuerySet):
    def open(self):
        """Leave those whose files the portal keeps away from: a person has them, or has had them."""
        return self.filter(status__in=[HandOver.Status.TAKEN, HandOver.Status.REPORTED])

    def for_second(self, person):
        """Leave those that were reported, and that this person neither took nor reported."""
        own = Q(taken_by__in=person.people_behind) | Q(reported_by__in=person.people_behind)
        return self.filter(status=HandOver.Status.REPORTED).exclude(own)


class HandOver(PublicId, models.Model):
    """
    One time that a person took a sealed file to bring it to the bank, and what came of it.

    From the moment it is taken the portal does not hand the file over itself. Who took it reports how the bank got it,
    with a document that proves it; a second person confirms, and then the bank has it. It ends too by what the bank itself
    says of the file.
    """

    class Status(models.TextChoices):
        TAKEN = "taken", "Taken to be brought to the bank"
        REPORTED = "reported", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Not proven"
        GIVEN_BACK = "given_back", "Not brought to the bank"
        PROVED = "proved", "The bank answered meanwhile"

    id_prefix = "hov"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="hand_overs", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.TAKEN)
    reason = models.CharField(max_length=400, help_text="Why the bank's folder is not used.")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField(db_default=Now(), editable=False)
    channel = models.CharField(max_length=140, blank=True, help_text="How the bank got it, such as its web portal.")
    bank_reference = models.CharField(max_length=140, blank=True, help_text="What the bank calls it, if it said so.")
    document_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=20, choices=TYPES, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Digest of the document.")
    document = Ciphertext(context="rails.hand_over:{pk}", null=True, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=400, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [
            ("take_file", "Can take a payment file to bring it to the bank, and report that the bank has it"),
            ("confirm_hand_over", "Can confirm, as the second person, that the bank has a payment file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(status__in=["taken", "reported"]), name="handover_one_open_per_file"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="handover_has_a_reason"),
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by=None, document=None, channel="", sha256="")
                | Q(
                    reported_at__isnull=False,
                    reported_by__isnull=False,
                    document__isnull=False,
                    channel__gt="",
                    sha256__regex="^[0-9a-f]{64}$",
                ),
                name="handover_report_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(status="taken", reported_at=None, decided_at=None)
                | Q(status="reported", reported_at__isnull=False, decided_at=None)
                | Q(
                    ~Q(decided_by=F("taken_by")) & ~Q(decided_by=F("reported_by")),
                    status__in=["confirmed", "refused"],
                    reported_at__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(
                    ~Q(decided_by=F("taken_by")),
                    status="given_back",
                    reported_at=None,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    decided_reason__gt="",
                )
                | Q(status="proved", decided_at__isnull=False),
                name="handover_takes_two_people",
            ),
        ]
        indexes = [models.Index(fields=["file", "-id"], name="handover_of_file")]

    def __str__(self):
        return self.get_status_display()

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.TAKEN, self.Status.REPORTED)

    def write_document(self, document: Document) -> None:
        self.document_name, self.content_type, self.sha256 = document.name, document.content_type, document.sha256
        self.document = encrypt_file(document.content, context_of(HandOver, "document", self.pk))

    def read_document(self) -> bytes:
        return decrypt_file(self.document, context_of(HandOver, "document", self.pk))
