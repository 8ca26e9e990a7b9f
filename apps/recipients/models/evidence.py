"""What people have seen of a recipient: documents, and that an account is theirs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.core.uploads import TYPES, Document
from apps.recipients.models.people import PayoutMethodVersion, Recipient


class DocumentManager(models.Manager):
    """Leaves the bytes in the database until somebody asks for them."""

    def get_queryset(self):
        return super().get_queryset().defer("content")


class RecipientDocument(PublicId, models.Model):
    """One document about a recipient: encrypted at rest, opened by download only. Never changed."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identity document"
        ADDRESS = "address", "Proof of address"
        ACCOUNT = "account", "Proof of account"
        REGISTER = "register", "Extract from a register"
        TAX = "tax", "Tax form"
        CONTRACT = "contract", "Contract"
        OTHER = "other", "Something else"

    id_prefix = "rdc"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="documents", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=20, choices=TYPES, help_text="As its first bytes say.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content = Ciphertext(context="recipientdocument:{pk}:content", editable=False)
    expires_on = models.DateField(null=True, help_text="The last day on which it proves something.")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DocumentManager()

    class Meta:
        ordering = ["-id"]
        base_manager_name = "objects"
        default_permissions = ()
        permissions = [("keep_documents", "Can add and open documents about recipients")]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "sha256"], name="recipientdocument_once"),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="recipientdocument_type",
            ),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=5 * 1024 * 1024), name="recipientdocument_size"),
        ]

    def __str__(self):
        return self.name

    def write_document(self, document: Document) -> None:
        self.name, self.content_type, self.size = document.name, document.content_type, document.size
        self.sha256 = document.sha256
        self.content = encrypt_file(document.content, context_of(RecipientDocument, "content", self.pk))

    def read_content(self) -> bytes:
        return decrypt_file(self.content, context_of(RecipientDocument, "content", self.pk))


class VerificationQuerySet(LockingQuerySet):
    def in_force(self, now):
        """Leave those that hold at a moment."""
        return self.filter(revoked_at=None, valid_until__gt=now)


class MethodVerification(PublicId, models.Model):
    """
    One time that somebody made sure that an account is the recipient's, until when it holds, and who took it back.

    It is of one version of a method: other details are unverified until somebody looks again.
    """

    class How(models.TextChoices):
        STATEMENT = "statement", "A statement or letter of the bank"
        PERSON = "person", "Small evidence, as a person says"

    id_prefix = "mvf"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PayoutMethodVersion, models.PROTECT, related_name="verifications", db_index=False)
    how = models.CharField(max_length=9, choices=How)
    document = models.ForeignKey(RecipientDocument, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=400, help_text="What was seen, in the words of whoever saw it.")
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    verified_at = models.DateTimeField(db_default=Now(), editable=False)
    valid_until = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=400, blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("verify_method", "Can say that an account is a recipient's, and take that back")]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(revoked_at=None), name="verification_one_in_force"),
            models.CheckConstraint(
                condition=Q(how="statement", document__isnull=False) | Q(how="person"), name="verification_is_proven"
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="verification_has_a_reason"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=models.F("verified_at")), name="verification_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, revoked_reason__gt=""),
                name="verification_revoked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["version", "-id"], name="verification_of_version")]

    def __str__(self):
        return f"Verified: {self.get_how_display().lower()}"
