"""Settings that are money: one person drafts and proposes a version, another one publishes it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.approvals.kinds import KINDS
from apps.approvals.models import SettingVersion
from apps.approvals.people import DECIDES, CannotPublish, roles_that
from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, Invalid
from apps.core.money import is_currency
from apps.core.permissions import SYSTEM, author_of, require_permission
from apps.core.text import InvalidText, check_text
from apps.events.operations import Fact, record
from apps.partners.models import Partner
from apps.users.models import RoleAssignment


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """Which setting a version is for, what it says, and since when it holds (None: as soon as it is published)."""

    kind: str
    content: dict
    partner_id: UUID | None = None
    currency: str = ""
    name: str = ""
    begins_at: datetime | None = None
    reason: str = ""


class CannotChangeSetting(Conflict):
    """What was asked for a version does not go with what became of it; nothing was changed."""

    code = "cannot-change-setting"
    title = "This version cannot be changed"


@transaction.atomic
def draft_setting(draft: SettingDraft, *, by):
    """
    Write a version of a setting as a draft; nothing holds by it yet.

    :raises PermissionDenied: if `by` may not propose settings.
    :raises Invalid: naming every fault of what it is for, of its content, time and reason.
    """
    require_permission(by, "approvals.propose_setting")
    return write_draft(draft, by=by)


def write_draft(draft: SettingDraft, *, by):
    """Check and insert a draft; whoever calls has asked for the permission."""
    faults = _place_faults(draft)
    faults += [] if faults else KINDS[draft.kind].faults(draft.currency, draft.name, draft.content)
    faults += _time_faults(draft.begins_at)
    reason = _checked(draft.reason, "/reason", faults)
    if faults:
        raise Invalid("The setting has faults.", errors=faults)
    version = SettingVersion.objects.create(
        kind=draft.kind,
        partner_id=draft.partner_id,
        currency=draft.currency,
        name=draft.name,
        content=draft.content,
        begins_at=draft.begins_at,
        reason=reason,
        author=author_of(by),
    )
    record("setting.drafted", [_fact(version)], by=by)
    return version


@transaction.atomic
def change_draft(version_id, content, *, by, begins_at=None, reason):
    """
    Write a draft of one's own anew.

    :raises PermissionDenied: if `by` may not propose settings.
    :raises Invalid: naming every fault of its content, time and reason.
    :raises CannotChangeSetting: if it is somebody else's, or no draft any more.
    """
    require_permission(by, "approvals.propose_setting")
    version = _lock_own(version_id, by, (SettingVersion.Status.DRAFT,))
    faults = KINDS[version.kind].faults(version.currency, version.name, content) + _time_faults(begins_at)
    reason = _checked(reason, "/reason", faults)
    if faults:
        raise Invalid("The setting has faults.", errors=faults)
    changes = {"content": [version.content, content]}
    version.content, version.begins_at, version.reason = content, begins_at, reason
    version.save(update_fields=["content", "begins_at", "reason"])
    record("setting.changed", [_fact(version, changes)], by=by)
    return version


@transaction.atomic
def propose_setting(version_id, *, by):
    """
    Ask a second person to publish a draft of one's own, which does not change any more.

    :raises PermissionDenied: if `by` may not propose settings.
    :raises CannotChangeSetting: if it is somebody else's or no draft, or another version waits for a second person.
    :raises CannotPublish: if it could not be published now: no chain of people, or the author approves payouts.
    """
    require_permission(by, "approvals.propose_setting")
    version = _lock_own(version_id, by, (SettingVersion.Status.DRAFT,))
    lock_setting(version)
    _check_publication(version, by, database_now())
    mark_proposed(version)
    record("setting.proposed", [_fact(version, {"status": ["draft", "proposed"]})], by=by)
    return version


def mark_proposed(version) -> None:
    """
    Note that a draft, whose setting is locked, waits for a second person, and over which version.

    :raises CannotChangeSetting: if another version waits.
    """
    same = SettingVersion.objects.about(version.kind, version.partner_id, version.currency, version.name)
    if same.proposed().exists():
        raise CannotChangeSetting("Another version of this setting waits for a second person; decide that one first.")
    version.status, version.proposed_at = SettingVersion.Status.PROPOSED, database_now()
    version.replaces = newest_version(version)
    version.save(update_fields=["status", "proposed_at", "replaces"])


@transaction.atomic
def publish_setting(version_id, *, by):
    """
    Publish, as the second person, what another one proposed; it holds from its time on, or at once.

    What was judged under an earlier version keeps it.

    :raises PermissionDenied: if `by` may not publish settings.
    :raises CannotChangeSetting: if it does not wait for a second person.
    :raises CannotPublish: if `by` wrote it, or approves what it is about, if another version was published meanwhile, or
        if no chain of people could do what it asks for.
    """
    require_permission(by, "approvals.publish_setting")
    [version] = SettingVersion.objects.lock([version_id])
    _require_status(version, (SettingVersion.Status.PROPOSED,))
    if version.author_id in by.people_behind:
        raise CannotPublish("You have written it, so another person publishes it.", code="own-setting")
    lock_setting(version)
    if version.replaces != newest_version(version):
        raise CannotPublish("Another version was published meanwhile. Refuse this one, and let it be proposed anew.")
    now = database_now()
    _check_publication(version, by, now)
    return mark_published(version, by=by)


def mark_published(version, *, by):
    """Publish a locked version that was proposed, and record it."""
    now, asked = database_now(), version.begins_at
    version.status, version.decided_by, version.decided_at = SettingVersion.Status.PUBLISHED, author_of(by), now
    version.version = version.replaces + 1
    version.begins_at = now if asked is None or asked < now else asked
    version.save(update_fields=["status", "decided_by", "decided_at", "version", "begins_at"])
    record("setting.published", [_fact(version, {"status": ["proposed", "published"]})], by=by)
    return version


@transaction.atomic
def refuse_setting(version_id, *, by, reason):
    """
    Refuse what another person proposed; nothing changes.

    :raises PermissionDenied: if `by` may not publish settings.
    :raises Invalid: if no reason is given.
    :raises CannotChangeSetting: if it does not wait for a second person, or is one's own.
    """
    require_permission(by, "approvals.publish_setting")
    faults = []
    reason = _checked(reason, "/reason", faults)
    if faults:
        raise Invalid("Say why.", errors=faults)
    [version] = SettingVersion.objects.lock([version_id])
    _require_status(version, (SettingVersion.Status.PROPOSED,))
    if version.author_id in by.people_behind:
        raise CannotChangeSetting("You have written it: take it back instead.", code="own-setting")
    return _end(version, SettingVersion.Status.REFUSED, "setting.refused", by, reason)


@transaction.atomic
def withdraw_setting(version_id, *, by):
    """
    Take back a version of one's own that is a draft or waits for a second person.

    :raises PermissionDenied: if `by` may not propose settings.
    :raises CannotChangeSetting: if it is somebody else's, or decided.
    """
    require_permission(by, "approvals.propose_setting")
    version = _lock_own(version_id, by, (SettingVersion.Status.DRAFT, SettingVersion.Status.PROPOSED))
    return _end(version, SettingVersion.Status.WITHDRAWN, "setting.withdrawn", by, "")


def newest_version(version) -> int:
    """Return the number of the newest published version of the same setting; 0: there is none."""
    same = SettingVersion.objects.about(version.kind, version.partner_id, version.currency, version.name)
    return same.published().order_by("-version").values_list("version", flat=True).first() or 0


def _end(version, status, event_type, by, reason):
    before, version.status = version.status, status
    version.decided_by, version.decided_at, version.decided_reason = author_of(by), database_now(), reason
    version.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])
    record(event_type, [_fact(version, {"status": [str(before), str(status)]})], by=by)
    return version


def _lock_own(version_id, by, statuses):
    [version] = SettingVersion.objects.lock([version_id])
    if by is not SYSTEM and version.author_id not in by.people_behind:
        raise CannotChangeSetting("Somebody else has written it; write a draft of your own.", code="not-own-setting")
    _require_status(version, statuses)
    return version


def _require_status(version, statuses) -> None:
    if version.status not in statuses:
        raise CannotChangeSetting(f"It is {version.get_status_display().lower()} already.", code="setting-decided")


def lock_setting(version) -> None:
    """Let one publication of this setting run at a time, also the first one, when there is no row to lock."""
    with connection.cursor() as cursor:
        name = f"approvals.setting/{version.kind}/{version.partner_id}/{version.currency}/{version.name}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _check_publication(version, by, now) -> None:
    """Refuse what nobody could live by, and a policy of those who approve under it."""
    kind = KINDS[version.kind]
    if version.kind == "approval_policy":
        people = [*by.people_behind, version.author_id]
        deciding = RoleAssignment.objects.filter(user__in=people, role__in=roles_that(DECIDES["payout"]))
        if deciding.exists():
            raise CannotPublish("Whoever approves payouts does not set how many must.", code="own-policy")
    if kind.check_people:
        kind.check_people(version, max(now, version.begins_at or now))


def _place_faults(draft) -> list[Fault]:
    """Return what is wrong with which setting a draft is for."""
    kind = KINDS.get(draft.kind)
    if kind is None:
        return [Fault("/kind", "unknown-setting", f"Use one of: {', '.join(KINDS)}.")]
    faults = []
    if "currency" in kind.places and not is_currency(draft.currency):
        faults.append(Fault("/currency", "unknown-currency", "Use a current ISO 4217 code such as EUR."))
    if "name" in kind.places and draft.name not in kind.names:
        faults.append(Fault("/name", "unknown-name", f"Use one of: {', '.join(kind.names)}."))
    if draft.partner_id is not None and not Partner.objects.filter(pk=draft.partner_id).exists():
        faults.append(Fault("/partner", "unknown-partner", "There is no such platform."))
    given = {"partner": draft.partner_id is not None, "currency": bool(draft.currency), "name": bool(draft.name)}
    faults += [
        Fault(f"/{place}", "not-for-this-setting", f"{kind.title} are not set by {place}.")
        for place, is_given in given.items()
        if is_given and place not in kind.places
    ]
    return faults


def _time_faults(begins_at) -> list[Fault]:
    if begins_at is None or (timezone.is_aware(begins_at) and begins_at > database_now()):
        return []
    return [Fault("/begins_at", "not-in-the-future", "Give a time in the future, or none: at once when published.")]


def _checked(text, pointer, faults) -> str:
    try:
        return check_text(text, max_length=400)
    except InvalidText as error:
        faults.append(Fault(pointer, error.code, f"The reason: {error.detail}"))
        return ""


def _fact(version, changes=None) -> Fact:
    data = {
        "kind": version.kind,
        "partner": version.partner and version.partner.public_id,
        "currency": version.currency,
        "name": version.name,
        "status": str(version.status),
        "version": version.version,
        "content": version.content,
        "begins_at": version.begins_at,
        "reason": version.reason,
    }
    return Fact(version.public_id, None, data, changes or {})
