"""Settings that are money: approval policies, limits, cut-offs, closed days. Each is a row of versions."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.approvals.kinds import KINDS
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.core.seldom import seldom
from apps.core.statements import rows_where
from apps.partners.models import Partner


class SettingQuerySet(LockingQuerySet):
    def about(self, kind, partner_id=None, currency="", name=""):
        """Leave the versions of one setting: the same kind, platform, currency and name."""
        return self.filter(kind=kind, partner=partner_id, currency=currency, name=name)

    def proposed(self):
        """Leave those that wait for a second person."""
        return self.filter(status=SettingVersion.Status.PROPOSED)

    def published(self):
        return self.filter(status=SettingVersion.Status.PUBLISHED)

    def in_force(self, at):
        """Return the version of each setting that holds at a moment: the one that began last."""
        begun = self.published().filter(begins_at__lte=at)
        setting = ("kind", "partner_id", "currency", "name")
        return begun.order_by(*setting, "-begins_at", "-version").distinct(*setting)

    def coming(self, at):
        """Leave the published versions that begin later, the next one first."""
        return self.published().filter(begins_at__gt=at).order_by("begins_at", "version")


_read_once = ContextVar("of which platform settings are read once, and those that were read", default=None)


@contextmanager
def settings_read_once(partner_id):
    """
    Within the block, read what holds for a platform once, when somebody first asks for any of it.

    So one operation costs one look however many rules it asks for, and judges all by what held at the same moment.
    """
    token = _read_once.set((partner_id, []))
    try:
        yield
    finally:
        _read_once.reset(token)


def settings_in_force(at, *, kinds, partners, currencies) -> list:
    """
    Return the versions that hold at a moment of settings in these currencies (None: in all): those of the platforms, and
    those for every platform.
    """
    partner_id, read = _read_once.get() or (None, None)
    if partner_id is None or set(partners) != {partner_id}:
        return _in_force(at, kinds, partners, currencies)
    if not read:
        published = seldom(SettingVersion, partner_id, lambda: _published(partner_id))
        read.append(_newest_begun(published, at))
    return [one for one in read[0] if one.kind in kinds and (currencies is None or one.currency in currencies)]


def _published(partner_id) -> list:
    """Return all that was ever published for a platform or for all, what begins last first."""
    of_partner = "WHERE status = 'published' AND kind = ANY(%s) AND (partner_id = %s OR partner_id IS NULL)"
    return rows_where(SettingVersion, f"{of_partner} ORDER BY begins_at DESC, version DESC", [list(KINDS), partner_id])


def _newest_begun(published, at) -> list:
    """Return of each setting the version that holds at a moment."""
    newest = {}
    for one in published:
        if one.begins_at <= at:
            newest.setdefault((one.kind, one.partner_id, one.currency, one.name), one)
    return list(newest.values())


def _in_force(at, kinds, partners, currencies) -> list:
    begun = """
        WHERE status = 'published' AND begins_at <= %s AND kind = ANY(%s)
          AND (%s::text[] IS NULL OR currency = ANY(%s))
          AND (partner_id = ANY(%s) OR partner_id IS NULL)
        ORDER BY kind, partner_id, currency, name, begins_at DESC, version DESC
    """
    named = None if currencies is None else list(currencies)
    parameters = [at, list(kinds), named, named, list(partners)]
    return rows_where(SettingVersion, begun, parameters, newest_of=["kind", "partner_id", "currency", "name"])


class SettingVersion(PublicId, models.Model):
    """
    One version of a setting that is money, from draft to end. Its author changes it while it is a draft, nobody later.

    It holds from `begins_at` on if another person has published it, until a version begins that was published for the
    same kind, platform, currency and name.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waits for a second person"
        PUBLISHED = "published", "Published"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Taken back"

    id_prefix = "set"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, help_text="Which setting it is, as `apps.approvals.kinds` lists them.")
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The platform it is for; empty for every platform that has none of its own.",
    )
    currency = models.CharField(max_length=3, blank=True)
    name = models.CharField(
        max_length=40, blank=True, help_text="The rail or calendar it is about, if it is about one."
    )
    content = models.JSONField(help_text="What it says; each kind has its own shape.")
    reason = models.CharField(max_length=400, help_text="Why, in the words of its author.")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(null=True, help_text="Counted from 1 when it is published.")
    replaces = models.PositiveIntegerField(null=True, help_text="The newest version when it was proposed; 0: none.")
    begins_at = models.DateTimeField(null=True, help_text="Since when it holds; empty: as soon as it is published.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who wrote it; empty if a command of the installation did.",
    )
    drafted_at = models.DateTimeField(db_default=Now(), editable=False)
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who published, refused or took it back; empty if a command of the installation did.",
    )
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(max_length=400, blank=True)

    objects = SettingQuerySet.as_manager()

    class Meta:
        verbose_name = "setting"
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "partner", "currency", "name", "version"],
                name="setting_version_once",
                nulls_distinct=False,
                condition=Q(status="published"),
            ),
            models.UniqueConstraint(
                fields=["kind", "partner", "currency", "name"],
                condition=Q(status="proposed"),
                name="setting_one_proposed",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(reason__gt=""), name="setting_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="draft", proposed_at=None, decided_at=None, version=None)
                | Q(status="proposed", proposed_at__isnull=False, replaces__isnull=False, decided_at=None, version=None)
                | Q(
                    status="published",
                    proposed_at__isnull=False,
                    decided_at__isnull=False,
                    version__isnull=False,
                    version__gt=F("replaces"),
                    begins_at__isnull=False,
                    begins_at__gte=F("decided_at"),
                )
                | Q(status="refused", proposed_at__isnull=False, decided_at__isnull=False, decided_reason__gt="")
                | Q(status="withdrawn", decided_at__isnull=False),
                name="setting_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "partner", "currency", "name", "-begins_at", "-version"],
                condition=Q(status="published"),
                name="setting_in_force",
            )
        ]

    def __str__(self):
        version = f" version {self.version}" if self.version else ""
        about = " ".join(part for part in (self.name, self.currency) if part)
        return f"{self.kind} {about}{version}".replace("_", " ")

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_proposed(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED
