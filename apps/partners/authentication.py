"""Who calls: from the token of a request to the key, its partner and the service user that acts."""

import re
from datetime import timedelta
from hmac import compare_digest

from django.utils import timezone

from apps.core.statements import joined_rows
from apps.partners.models import ApiKey, Partner
from apps.partners.operations import digest
from apps.partners.scopes import permissions_of
from apps.users.models import User

_TOKEN = re.compile(r"pp_(sandbox|live)_[A-Za-z0-9_-]{43}", re.ASCII)
_USE_IS_NOTED_EVERY = timedelta(minutes=1)
_IN_FORCE = """
      FROM partners_apikey
      JOIN partners_partner ON partners_partner.id = partners_apikey.partner_id AND partners_partner.status = 'active'
      JOIN users_user ON users_user.id = partners_partner.service_user_id AND users_user.is_active
      LEFT JOIN users_user AS maker ON maker.id = partners_apikey.created_by_id
     WHERE partners_apikey.digest = %s
       AND partners_apikey.confirmed_at IS NOT NULL
       AND partners_apikey.revoked_at IS NULL
       AND (partners_apikey.expires_at IS NULL OR partners_apikey.expires_at > statement_timestamp())
       AND (partners_apikey.created_by_id IS NULL OR maker.is_active)
"""


def key_for(token: str) -> ApiKey | None:
    """
    Return the key of a token with its partner and service user, ready to act, or None if it opens nothing now.

    One query. The digest is what the index finds, so how long this takes tells nothing about any token.
    """
    match = _TOKEN.fullmatch(token or "")
    if not match:
        return None
    wanted = digest(token)
    found = joined_rows((ApiKey, Partner, User), _IN_FORCE, [wanted])
    if not found:
        return None
    [(key, partner, service_user)] = found
    key.partner, partner.service_user = partner, service_user
    if key.mode != match[1] or not compare_digest(bytes(key.digest), wanted):
        return None
    service_user.act_through(key, permissions_of(key.scopes))
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
