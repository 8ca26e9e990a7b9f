"""Who calls: from the token of a request to the key, its partner and the service user that acts."""

import re
from datetime import timedelta
from hmac import compare_digest

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.partners.models import ApiKey, Partner
from apps.partners.operations import digest
from apps.partners.scopes import permissions_of

_TOKEN = re.compile(r"pp_(sandbox|live)_[A-Za-z0-9_-]{43}", re.ASCII)
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


def key_for(token: str) -> ApiKey | None:
    """
    Return the key of a token with its partner and service user, ready to act, or None if it opens nothing now.

    One query. The digest is what the index finds, so how long this takes tells nothing about any token.
    """
    match = _TOKEN.fullmatch(token or "")
    if not match:
        return None
    wanted = digest(token)
    key = (
        ApiKey.objects.select_related("partner__service_user")
        .filter(
            Q(expires_at=None) | Q(expires_at__gt=Now()), digest=wanted, revoked_at=None, confirmed_at__isnull=False
        )
        .filter(Q(created_by=None) | Q(created_by__is_active=True))
        .filter(partner__status=Partner.Status.ACTIVE, partner__service_user__is_active=True)
        .first()
    )
    if key is None or key.mode != match[1] or not compare_digest(bytes(key.digest), wanted):
        return None
    key.partner.service_user.act_through(key, permissions_of(key.scopes))
    _note_use(key)
    return key


def refused_key(token: str) -> ApiKey | None:
    """Return the key of a token that `key_for` has refused, named as who called, if there ever was one; it may do nothing."""
    if not _TOKEN.fullmatch(token or ""):
        return None
    key = ApiKey.objects.select_related("partner__service_user").filter(digest=digest(token)).first()
    if key:
        key.partner.service_user.act_through(key, ())
        key.why_refused = "key-revoked" if key.revoked_at else "key-unconfirmed" if key.waits else "key-not-in-force"
    return key


def _note_use(key):
    """Remember that the key is in use, to the minute: a busy key is not written with every request."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at <= now - _USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now
