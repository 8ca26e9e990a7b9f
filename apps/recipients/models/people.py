from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Right

from apps.core.ciphertext import Ciphertext, context_of
from apps.core.crypto import blind_index, decrypt, encrypt
from apps.core.database import LockingQuerySet, QuickRows
from apps.core.ids import PublicId, uuid7
from apps.partners.models import Partner


class Recipient(PublicId, QuickRows, models.Model):
    """One person or company that a partner pays. What may change about them is in the versions."""

    id_prefix = "rcp"

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual"
        COMPANY = "company"

    class Status(models.TextChoices):
        ACTIVE = "active"
        RETIRED = "retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="recipients", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reference = models.CharField(max_length=64, blank=True, help_text="The platform's own name for this recipient.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference"], condition=~models.Q(reference=""), name="recipient_reference_unique"
            ),
            models.UniqueConstraint(fields=["id", "partner"], name="recipient_of_partner"),
            models.CheckConstraint(condition=models.Q(kind__in=["individual", "company"]), name="recipient_kind"),
        ]
        indexes = [
            models.Index(fields=["partner", "-id"], name="recipient_partner"),
            models.Index(fields=["partner", "-id"], condition=models.Q(status="retired"), name="recipient_retired"),
        ]

    def __str__(self):
        return self.public_id


class VersionQuerySet(models.QuerySet):
    def current(self, owner: str, ids):
        """Return the newest version per owner, as a dict by owner id; `owner` names the foreign key."""
        rows = self.filter(**{f"{owner}__any_of": ids}).order_by(f"{owner}_id", "-number").distinct(f"{owner}_id")
        return {getattr(row, f"{owner}_id"): row for row in rows}


class RecipientVersionQuerySet(VersionQuerySet):
    def named(self, term):
        """Return the versions in whose name every word of `term` begins a word; case and accents do not matter."""
        matches = models.Func(
            models.F("name"),
            models.Value(term),
            template="recipients_words(%(expressions)s)",
            arg_joiner=") @@ recipients_beginnings(",
            output_field=models.BooleanField(),
        )
        return self.filter(matches)


class MethodVersionQuerySet(VersionQuerySet):
    def current(self, owner: str, ids):
        """Return per method its newest version that was not turned down, with its change, if it is one."""
        live = Q(change=None) | Q(change__status__in=[MethodChange.Status.PROPOSED, MethodChange.Status.CONFIRMED])
        return super(MethodVersionQuerySet, self.filter(live).select_related("change")).current(owner, ids)

    def attach_changes(self, versions) -> None:
        """Give each of these versions its `change`; those that are no change have none."""
        changed = {version.pk: version for version in versions}
        for change in MethodChange.objects.filter(version__any_of=changed) if changed else ():
            changed[change.version_id].change = change

    def with_account(self, text):
        """Return the versions whose account number is `text`, or ends with its four characters."""
        account = "".join(text.split()).upper()
        if len(account) == 4:
            return self.annotate(last_four=Right("account_masked", 4)).filter(last_four=account)
        return self.filter(account_index=index_of_account(account))


def index_of_account(account: str) -> bytes:
    """Return what equal account numbers have in common, without telling them."""
    return blind_index(account, "account")


class RecipientVersion(PublicId, QuickRows, models.Model):
    """What was known of a recipient from one moment on. Never changed: a correction is the next version."""

    id_prefix = "rcv"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=140, help_text="Legal name, as on an identity document or in a register.")
    country = models.CharField(max_length=2, help_text="Where the recipient lives or is registered, ISO 3166-1.")
    date_of_birth = models.DateField(null=True, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecipientVersionQuerySet.as_manager()

    class Meta:
        ordering = ["recipient", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "number"], name="recipientversion_number_unique"),
            models.CheckConstraint(
                condition=models.Q(date_of_birth__isnull=True) | models.Q(date_of_birth__gte=date(1900, 1, 1)),
                name="recipientversion_date_of_birth",
            ),
        ]

    def __str__(self):
        return self.name


class PayoutMethod(PublicId, QuickRows, models.Model):
    """One place where a recipient is paid: a bank account, in versions."""

    id_prefix = "pm"

    class Kind(models.TextChoices):
        IBAN = "iban"

    class Status(models.TextChoices):
        ACTIVE = "active"
        RETIRED = "retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="methods")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.IBAN)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=["iban"]), name="payoutmethod_kind")]

    def __str__(self):
        return self.public_id


class PayoutMethodVersion(PublicId, QuickRows, models.Model):
    """The account details of a method from one moment on. Never changed; the number itself is encrypted."""

    id_prefix = "pmv"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(default=1)
    holder_name = models.CharField(max_length=140)
    account_ciphertext = Ciphertext(context="payoutmethodversion:{pk}:account")
    account_index = models.BinaryField(help_text="Finds equal accounts without decryption.")
    account_masked = models.CharField(max_length=40)
    country = models.CharField(max_length=2, help_text="Country of the account, ISO 3166-1.")
    bic = models.CharField(max_length=11, blank=True)
    currency = models.CharField(max_length=3)
    usable_from = models.DateTimeField(help_text="Changed details rest for a while before money follows them.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MethodVersionQuerySet.as_manager()

    class Meta:
        ordering = ["method", "-number"]
        constraints = [models.UniqueConstraint(fields=["method", "number"], name="payoutmethodversion_number_unique")]
        indexes = [
            models.Index(fields=["account_index"], name="payoutmethodversion_account"),
            models.Index(Right("account_masked", 4), name="payoutmethodversion_last_four"),
        ]

    def __str__(self):
        return self.account_masked

    def seal_account(self, account: str) -> None:
        """Set the encrypted account number; the ciphertext opens for this row only."""
        self.account_ciphertext = encrypt(account, self._context)

    def open_account(self) -> str:
        """Return the account number in clear: for building what a bank reads, and for a logged reveal."""
        return decrypt(self.account_ciphertext, self._context)

    @property
    def _context(self) -> str:
        return context_of(PayoutMethodVersion, "account_ciphertext", self.pk)


class MethodChangeQuerySet(LockingQuerySet):
    def open(self):
        """Leave those that wait for a second person."""
        return self.filter(status=MethodChange.Status.PROPOSED)

    def for_second(self, person):
        """Leave those that wait and that this person does not stand behind."""
        return self.open().exclude(excluded__overlap=list(person.people_behind))


class MethodChange(PublicId, models.Model):
    """
    The question whether a recipient is really paid to another account from now on, and what a second person said.

    The new details are a version of the method, which pays nobody until they are confirmed and have rested.
    """

    id_prefix = "mch"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Taken back"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="changes", db_index=False)
    version = models.OneToOneField(PayoutMethodVersion, on_delete=models.PROTECT, related_name="change")
    status = models.CharField(max_length=9, choices=Status, default=Status.PROPOSED)
    reason = models.CharField(max_length=400, blank=True, help_text="Why, in the words of whoever proposes it.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    excluded = ArrayField(
        models.UUIDField(), default=list, help_text="Who stands behind it, and so neither confirms nor pays to it."
    )
    proposed_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=400, blank=True)

    objects = MethodChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("confirm_method", "Can confirm, as the second person, where a recipient is paid")]
        constraints = [
            models.UniqueConstraint(fields=["method"], condition=Q(status="proposed"), name="methodchange_one_open"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(status="confirmed", decided_by__isnull=False, decided_at__isnull=False)
                | Q(status="refused", decided_by__isnull=False, decided_at__isnull=False, decided_reason__gt="")
                | Q(status="withdrawn", decided_at__isnull=False),
                name="methodchange_status",
            ),
        ]
        indexes = [models.Index(fields=["method", "-id"], name="methodchange_of_method")]

    def __str__(self):
        return f"Change of account, {self.get_status_display().lower()}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PROPOSED


class Reveal(PublicId, models.Model):
    """One time that one person was shown a whole account number. The number itself stands nowhere."""

    id_prefix = "rvl"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(PayoutMethodVersion, on_delete=models.PROTECT, related_name="reveals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=400, help_text="What the number was needed for.")
    asked = models.UUIDField(unique=True, help_text="The form it was asked with: it is answered once.")
    shown_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(reason__gt=""), name="reveal_has_a_reason")]
        indexes = [models.Index(fields=["person", "-shown_at"], name="reveal_of_person")]

    def __str__(self):
        return self.public_id
