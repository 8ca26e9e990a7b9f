"""Who calls: a partner's key in the Authorization header, acting through the partner's service user."""

import logging

from rest_framework.authentication import BaseAuthentication

from apps.api.problems import KeyInQuery, Unauthenticated
from apps.core import refusals
from apps.partners.authentication import key_for, refused_key

logger = logging.getLogger(__name__)

MAX_HEADER_LENGTH = 200
KEY_BEGINNINGS = ("pp_sandbox_", "pp_live_")


class KeyAuthentication(BaseAuthentication):
    """Set `request.user` to the partner's service user, acting through the key, and `request.partner` to whom it acts for."""

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
        return key.partner.service_user, key

    def authenticate_header(self, request):
        return Unauthenticated.headers["WWW-Authenticate"]


def _refuse_key_in_query(request) -> None:
    for values in request._request.GET.lists():
        for value in values[1]:
            if value.startswith(KEY_BEGINNINGS):
                # The first characters are what the portal shows of a key everywhere; they tell whom to call.
                logger.warning("A key was sent in an address and counts as leaked: %s…", value[:12])
                raise KeyInQuery()
