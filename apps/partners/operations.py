"""Partners, and the keys their programs call with."""

import hashlib
import secrets
from datetime import timedelta
from ipaddress import ip_network

from django.db import transaction
from django.utils import timezone

from apps.core.database import assert_in_transaction, database_now
from apps.core.errors import Conflict, Fault, Invalid, PermissionDenied
from apps.core.ids import uuid7
from apps.core.permissions import author_of, require_permission
from apps.core.text import InvalidText, check_text
from apps.events.operations import Fact, record
from apps.partners.models import ApiKey, Mode, Partner
from apps.partners.scopes import SCOPES
from apps.users.models import User

LONGEST_OVERLAP = timedelta(days=30)
MOST_NETWORKS = 20  # of one key
MOST_REQUESTS_PER_MINUTE = 1_000_000
_KEPT_BY_ROTATION = ("name", "scopes", "networks", "requests_per_minute", "api_version")
_SHOWN_CHARACTERS = 4  # of the random part: enough to recognize a key, no help in guessing it


class CannotCreatePartner(Invalid):
    title = "This platform cannot be added"


class CannotCreateKey(Invalid):
    title = "This key cannot be made"


class CannotRotateKey(Conflict):
    title = "This key cannot be replaced"
    codes = {
        "key-has-ended": ("The key was revoked or its time is over.", "Have an administrator make a new key."),
        "overlap-too-long": ("Both keys would work together for too long.", "Choose at most 720 hours."),
        "ends-already": (
            "The key was replaced before, or ends by itself before the overlap would be over.",
            "Use the key that replaced it, or have an administrator make one.",
        ),
    }


class CannotConfirmKey(Conflict):
    """`code` says why: own-key, confirmed-already, key-has-ended."""

    title = "This key cannot be confirmed"


class CannotRevokeKey(Conflict):
    title = "This key cannot be revoked"


@transaction.atomic
def create_partner(name, mode, *, by, twin_of=None):
    """
    Add a platform, with its service user and its funding reference.

    `twin_of` is the id of the live platform for whose programs this is the sandbox.

    :raises PermissionDenied: if `by` may not add partners.
    :raises CannotCreatePartner: with a fault for the name, the mode, or a twin that cannot be one.
    """
    require_permission(by, "partners.create_partner")
    faults = []
    name = _checked(name, 140, faults)
    if mode not in Mode.values:
        faults.append(Fault("/mode", "unknown-mode", "The modes are sandbox and live."))
    if twin_of is not None:
        faults += _twin_faults(mode, twin_of)
    if faults:
        raise CannotCreatePartner(errors=faults)

    partner = Partner(id=uuid7(), name=name, mode=mode, twin_of_id=twin_of)
    service_user = User(kind=User.Kind.SERVICE, name=name, email=f"{partner.public_id}@partners.invalid")
    service_user.set_unusable_password()
    service_user.save(force_insert=True)
    partner.service_user = service_user
    partner.save(force_insert=True)
    record("partner.created", [_partner_fact(partner)], by=by)
    return partner


@transaction.atomic
def suspend_partner(partner_id, *, by):
    """
    Refuse the partner's keys from now on. Payouts that exist go on.

    :raises PermissionDenied: if `by` may not add partners.
    """
    return _set_status(partner_id, Partner.Status.SUSPENDED, "partner.suspended", by)


@transaction.atomic
def resume_partner(partner_id, *, by):
    """
    Accept the partner's keys again.

    :raises PermissionDenied: if `by` may not add partners.
    """
    return _set_status(partner_id, Partner.Status.ACTIVE, "partner.resumed", by)


@transaction.atomic
def create_key(partner_id, name, scopes, *, by, expires_at=None, networks=(), requests_per_minute=None):
    """
    Make a key and return it with its token, which is shown this once and kept as a digest only.

    A live platform's opens nothing before another person has confirmed it (`confirm_key`).

    `networks` are where it may call from (none: from anywhere), such as ``192.0.2.0/24``.

    :raises PermissionDenied: if `by` may not manage keys.
    :raises NotFound: if there is no such partner.
    :raises CannotCreateKey: with a fault for the name, each scope, the expiry, each network, the number.
    """
    require_permission(by, "partners.manage_keys")
    [partner] = Partner.objects.lock([partner_id])
    scopes = sorted(set(scopes))
    faults = []
    name = _checked(name, 60, faults)
    faults += [
        Fault("/scopes", "unknown-scope", f"{scope!r} is no scope; the scopes are {', '.join(sorted(SCOPES))}.")
        for scope in scopes
        if scope not in SCOPES
    ]
    if not scopes:
        faults.append(Fault("/scopes", "no-scope", "A key without a scope could do nothing."))
    if expires_at is not None and (timezone.is_naive(expires_at) or expires_at <= database_now()):
        faults.append(Fault("/expires_at", "not-in-the-future", "Give a time in the future, with its offset."))
    networks = _checked_networks(networks, faults)
    if requests_per_minute is not None and not 0 < requests_per_minute <= MOST_REQUESTS_PER_MINUTE:
        detail = f"From 1 to {MOST_REQUESTS_PER_MINUTE} requests in a minute, or nothing."
        faults.append(Fault("/requests_per_minute", "out-of-range", detail))
    if faults:
        raise CannotCreateKey(errors=faults)

    key = ApiKey(
        partner=partner,
        name=name,
        scopes=scopes,
        expires_at=expires_at,
        networks=networks,
        requests_per_minute=requests_per_minute,
        created_by=author_of(by),
        confirmed_at=None if partner.mode == Mode.LIVE else database_now(),
    )
    return _save_new(key, by)


@transaction.atomic
def revoke_key(key_id, *, by):
    """
    Refuse a key from the next request on, for good.

    :raises PermissionDenied: if `by` may not manage keys.
    :raises CannotRevokeKey: if it was revoked before.
    """
    require_permission(by, "partners.manage_keys")
    [key] = ApiKey.objects.lock([key_id])
    if key.revoked_at:
        raise CannotRevokeKey(f"It was revoked at {key.revoked_at:%Y-%m-%d %H:%M} UTC.", code="revoked-already")
    key.revoked_at = database_now()
    key.save(update_fields=["revoked_at"])
    record("api_key.revoked", [_key_fact(key, {"revoked_at": [None, key.revoked_at]})], by=by)
    return key


def revoke_keys_of(person, *, by) -> None:
    """Refuse from the next request on every key that a person answers for; the caller decides that it may be."""
    assert_in_transaction()
    live = ApiKey.objects.filter(created_by=person, revoked_at=None).values_list("pk", flat=True)
    keys = [key for key in ApiKey.objects.select_related("partner").lock(live) if key.revoked_at is None]
    now = database_now()
    for key in keys:
        key.revoked_at = now
    ApiKey.objects.filter(pk__any_of=[key.pk for key in keys]).update(revoked_at=now)
    record("api_key.revoked", [_key_fact(key, {"revoked_at": [None, now]}) for key in keys], by=by)


@transaction.atomic
def rotate_key(key_id, overlap, *, by):
    """
    Make a key that may do the same as another, whose time is over after the overlap; return it with its token.

    Both open the same until then, so that programs change over one by one. The token is shown this once. The time of a live
    platform's key runs from when another person has confirmed the new one.

    :raises PermissionDenied: if `by` may not manage keys.
    :raises CannotRotateKey: if the key opens nothing any more, or ends by itself before the overlap is over.
    """
    require_permission(by, "partners.manage_keys")
    [key] = ApiKey.objects.lock([key_id])
    is_live = key.partner.mode == Mode.LIVE
    confirmed = {"confirmed_at": None if is_live else database_now()}
    return _rotate(key, overlap, by=by, created_by=author_of(by), **confirmed)


@transaction.atomic
def rotate_own_key(overlap, *, by):
    """
    Replace the key that `by` acts through, as `rotate_key` does; whoever was answerable for it is so for the new one.

    No person sees the token, so whoever has confirmed the key has confirmed the new one.

    :raises PermissionDenied: if the key lacks the scope, or `by` acts through none.
    :raises CannotRotateKey: as `rotate_key`.
    """
    require_permission(by, "partners.rotate_own_key")
    if getattr(by, "api_key", None) is None:
        raise PermissionDenied("Only a key replaces itself.", permission="partners.rotate_own_key")
    [key] = ApiKey.objects.lock([by.api_key.pk])
    confirmed = {"confirmed_at": key.confirmed_at, "confirmed_by": key.confirmed_by}
    return _rotate(key, overlap, by=by, created_by=key.created_by, **confirmed)


def _rotate(key, overlap, *, by, **people):
    now = database_now()
    if key.has_ended(now):
        raise CannotRotateKey("It opens nothing any more: make a new key.", code="key-has-ended")
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise CannotRotateKey(
            f"Both keys work together for {LONGEST_OVERLAP.days} days at most.", code="overlap-too-long"
        )
    if key.expires_at is not None and key.expires_at <= now + overlap:
        raise CannotRotateKey(
            f"It ends at {key.expires_at:%Y-%m-%d %H:%M} UTC by itself: make a new key.", code="ends-already"
        )
    kept = {name: getattr(key, name) for name in _KEPT_BY_ROTATION}
    made, token = _save_new(ApiKey(partner=key.partner, replaces=key, overlap=overlap, **people, **kept), by)
    if not made.waits:
        _end_replaced(key, made, now, by=by)
    return made, token


@transaction.atomic
def confirm_key(key_id, *, by):
    """
    Let a key of a live platform open what it may, as another person than its maker.

    The one that it replaces ends after their overlap, if it has not ended before.

    :raises PermissionDenied: if `by` may not manage keys, or is no person.
    :raises NotFound: if there is no such key.
    :raises CannotConfirmKey: if `by` made it, or it is confirmed, revoked or over.
    """
    require_permission(by, "partners.manage_keys")
    if author_of(by) is None:
        raise PermissionDenied("A person confirms a key, and no program.", permission="partners.manage_keys")
    replaced = ApiKey.objects.filter(pk=key_id).values_list("replaces_id", flat=True).first()
    keys = {key.pk: key for key in ApiKey.objects.lock({key_id, replaced} - {None})}
    key, now = keys[key_id], database_now()
    if key.has_ended(now):
        raise CannotConfirmKey("It opens nothing any more: make a new key.", code="key-has-ended")
    if not key.waits:
        raise CannotConfirmKey("It is confirmed already.", code="confirmed-already")
    if key.created_by_id in by.people_behind:
        raise CannotConfirmKey("You have made it: another administrator confirms it.", code="own-key")
    key.confirmed_by, key.confirmed_at = author_of(by), now
    key.save(update_fields=["confirmed_by", "confirmed_at"])
    record("api_key.confirmed", [_key_fact(key, {"confirmed_at": [None, now]})], by=by)
    if replaced and not keys[replaced].has_ended(now + key.overlap):
        _end_replaced(keys[replaced], key, now, by=by)
    return key


def _end_replaced(key, made, now, *, by):
    """Let a locked key end after its overlap with the one that replaces it."""
    before, key.expires_at = key.expires_at, now + made.overlap
    key.save(update_fields=["expires_at"])
    changes = {"expires_at": [before, key.expires_at], "replaced_by": [None, made.public_id]}
    record("api_key.rotated", [_key_fact(key, changes)], by=by)


def _save_new(key, by):
    """Give a key its token, keep it, and return both."""
    beginning, secret = f"pp_{key.partner.mode}_", secrets.token_urlsafe(32)
    token = beginning + secret
    key.mode, key.prefix, key.digest = key.partner.mode, beginning + secret[:_SHOWN_CHARACTERS], digest(token)
    key.save(force_insert=True)
    record("api_key.created", [_key_fact(key)], by=by)
    return key, token


def _checked_networks(networks, faults) -> list[str]:
    found = []
    for text in networks:
        try:
            found.append(str(ip_network(text.strip())))
        except ValueError:
            faults.append(Fault("/networks", "network-format", f"{text[:50]!r} is no network such as 192.0.2.0/24."))
    if len(found) > MOST_NETWORKS:
        faults.append(Fault("/networks", "too-many-networks", f"At most {MOST_NETWORKS} networks."))
    return sorted(set(found))


def digest(token: str) -> bytes:
    """Return what is kept of a token. It has 256 random bits, so a plain hash cannot be searched backwards."""
    return hashlib.sha256(token.encode()).digest()


def _twin_faults(mode, live_id) -> list[Fault]:
    live = Partner.objects.filter(pk=live_id).select_related("twin").first()
    if mode != Mode.SANDBOX or live is None or live.mode != Mode.LIVE:
        return [Fault("/twin_of", "no-twin", "A twin is the sandbox of a live platform.")]
    if hasattr(live, "twin"):
        return [Fault("/twin_of", "twin-exists", f"{live.name} has a sandbox twin already: {live.twin.name}.")]
    return []


def _set_status(partner_id, status, event_type, by):
    require_permission(by, "partners.create_partner")
    [partner] = Partner.objects.lock([partner_id])
    if partner.status != status:
        before, partner.status = partner.status, status
        partner.save(update_fields=["status"])
        record(event_type, [_partner_fact(partner, {"status": [before, str(status)]})], by=by)
    return partner


def _checked(name, max_length, faults):
    try:
        return check_text(name, max_length=max_length)
    except InvalidText as error:
        faults.append(Fault("/name", error.code, error.detail))
        return name


def _partner_fact(partner, changes=None):
    data = {
        "id": partner.public_id,
        "name": partner.name,
        "mode": partner.mode,
        "status": str(partner.status),
        "funding_reference": partner.funding_reference,
    }
    return Fact(partner.public_id, None, data, changes or {})


def _key_fact(key, changes=None):
    data = {
        "id": key.public_id,
        "partner": key.partner.public_id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "networks": key.networks,
        "requests_per_minute": key.requests_per_minute,
        "api_version": key.api_version,
        "confirmed_at": key.confirmed_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
    return Fact(key.public_id, key.partner_id, data, changes or {})
