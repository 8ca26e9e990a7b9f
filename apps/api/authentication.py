"""Who calls: a partner's key in the Authorization header, acting through the partner's service user."""

import logging

from rest_framework.authentication import BaseAuthentication

from apps.api.limits import count_request, require_quota
from apps.api.problems import AddressNotAllowed, KeyInQuery, Unauthenticated, UnknownVersion
from apps.api.versions import HEADER
from apps.core import refusals
from apps.partners.authentication import key_for, refused_key
from apps.partners.versions import VERSIONS
from apps.users.browsers import address_of

logger = logging.getLogger(__name__)

MAX_HEADER_LENGTH = 200
_VERSION = f"HTTP_{HEADER.upper().replace('-', '_')}"
KEY_BEGINNINGS = ("pp_sandbox_", "pp_live_")


class KeyAuthentication(BaseAuthentication):
    """
    Set `request.user` to the partner's service user, acting through the key, and `request.partner` to whom it acts for.

    Besides `request.quota`, what the key has of its minute, and `request.version`, the version of the API that it speaks.
    """

    def authenticate(self, request):
        _refuse_key_in_query(request)
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or len(header) > MAX_HEADER_LENGTH:
            raise Unauthenticated()
        key = key_for(token)
        if key is None:
            if known := refused_key(token):
                refusals.note(known.partner.service_user, known.why_refused)
            raise Unauthenticated()
        request.partner = key.partner
        if not key.may_call_from(address_of(request)):
            refusals.note(key.partner.service_user, AddressNotAllowed.code)
            raise AddressNotAllowed()
        request.quota = count_request(key)
        require_quota(request.quota)
        request.version = _version(request, key)
        return key.partner.service_user, key

    def authenticate_header(self, request):
        return Unauthenticated.headers["WWW-Authenticate"]


def _version(request, key) -> str:
    """Return the version of the API that a request is of: the one it names, or the one its key was made for."""
    named = request.META.get(_VERSION)
    if named is not None and named not in VERSIONS:
        raise UnknownVersion(f"The versions are {', '.join(VERSIONS)}.", versions=list(VERSIONS))
    return named or key.api_version


def _refuse_key_in_query(request) -> None:
    for values in request._request.GET.lists():
        for value in values[1]:
            if value.startswith(KEY_BEGINNINGS):
                # The first characters are what the portal shows of a key everywhere; they tell whom to call.
                logger.warning("A key was sent in an address and counts as leaked: %s…", value[:12])
                raise KeyInQuery()
