from django.conf import settings
from django.db import models

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import decrypt_file, encrypt_file
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.payouts.models.attempt import Attempt
from apps.payouts.models.conflict import Conflict


class Resolution(PublicId, models.Model):
    """
    What one person says, with the evidence, and what another person says to that.

    It is either about what became of an attempt in doubt, or about which side of a conflict is true.
    """

    id_prefix = "rsl"

    class Verdict(models.TextChoices):
        PAID = "paid", "The bank paid it"
        NOT_PAID = "not_paid", "The bank did not pay it and will not"
        STANDS = Conflict.Outcome.STANDS.value, Conflict.Outcome.STANDS.label
        PAID_AFTER_ALL = Conflict.Outcome.PAID_AFTER_ALL.value, Conflict.Outcome.PAID_AFTER_ALL.label
        REFUSED_AFTER_ALL = Conflict.Outcome.REFUSED_AFTER_ALL.value, Conflict.Outcome.REFUSED_AFTER_ALL.label

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    OF_DOUBT = (Verdict.PAID, Verdict.NOT_PAID)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, related_name="resolutions", help_text="The attempt in doubt."
    )
    conflict = models.ForeignKey(Conflict, on_delete=models.PROTECT, null=True, related_name="resolutions")
    verdict = models.CharField(max_length=17, choices=Verdict.choices)
    evidence = models.CharField(
        max_length=2000, help_text="What proves it: who at the bank said what, when, and where it stands."
    )
    document_name = models.CharField(max_length=120, blank=True)
    document = Ciphertext(
        context="payouts.resolution:{pk}", null=True, editable=False, help_text="The bank's letter or file, encrypted."
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=500, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(status="proposed"), name="resolution_one_open_per_attempt"
            ),
            models.UniqueConstraint(
                fields=["conflict"], condition=models.Q(status="proposed"), name="resolution_one_open_per_conflict"
            ),
            models.CheckConstraint(
                condition=models.Q(attempt__isnull=False, conflict=None, verdict__in=["paid", "not_paid"])
                | models.Q(
                    attempt=None,
                    conflict__isnull=False,
                    verdict__in=["stands", "paid_after_all", "refused_after_all"],
                ),
                name="resolution_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(status="proposed", decided_by=None, decided_at=None)
                | models.Q(
                    ~models.Q(decided_by=models.F("proposed_by")),
                    status__in=["confirmed", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="resolution_takes_two_people",
            ),
        ]

    def __str__(self):
        return self.public_id

    def write_document(self, name: str, content: bytes) -> None:
        self.document_name = name[:120]
        self.document = encrypt_file(content, context_of(Resolution, "document", self.pk))

    def read_document(self) -> bytes:
        return decrypt_file(self.document, context_of(Resolution, "document", self.pk))
