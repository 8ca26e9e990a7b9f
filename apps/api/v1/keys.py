from datetime import timedelta

from django.conf import settings

from apps.api.doors import Door, endpoint, own
from apps.api.pagination import PagedQuery, page
from apps.api.v1.shapes import KEY_ROTATION
from apps.core.shapes.fields import Choice
from apps.partners import operations as partners
from apps.partners.models import ApiKey

VIEW = "partners.view_key"


class Keys(Door):
    @endpoint("listApiKeys", "List your keys", permission=VIEW, answer="ApiKeyList",
              query=PagedQuery(status=Choice("active", "revoked", required=False)))  # fmt: skip
    def get(self, request, query):
        """The newest first, without their tokens: those are shown once, when a key is made."""
        rows = ApiKey.objects.filter(partner_id=request.partner.pk)
        rows = rows.filter(revoked_at__isnull=query["status"] == "active") if query["status"] else rows
        return page(request, rows, query, lambda found: [represent(key) for key in found])


class OneKey(Door):
    @endpoint("retrieveApiKey", "Retrieve a key of yours", permission=VIEW, answer="ApiKey")
    def get(self, request, query, id):
        """What it may do, when it ends, and when it was last used."""
        return represent(own(ApiKey.objects, request.partner, id))


class KeyRotation(Door):
    @endpoint("rotateApiKey", "Replace the key you call with", permission="partners.rotate_own_key", status=201,
              answer="ApiKeyWithToken", body=KEY_ROTATION, body_optional=True)  # fmt: skip
    def post(self, request, document):
        """
        The answer has a new key that may do the same, with its token, which is in this answer and in no other. The key that
        asks for it works on for `overlap_hours`; another key cannot be replaced this way.
        """
        overlap = timedelta(hours=document["overlap_hours"])
        key, token = partners.rotate_own_key(overlap, by=request.user)
        return {**represent(key), "token": token}


def represent(key) -> dict:
    """Return the public shape of a key; nothing of it opens anything."""
    return {
        "id": key.public_id,
        "object": "api_key",
        "name": key.name,
        "begins_with": key.prefix,
        "mode": key.mode,
        "scopes": key.scopes,
        "networks": key.networks,
        "requests_per_minute": key.requests_per_minute or settings.API_REQUESTS_PER_MINUTE,
        "api_version": key.api_version,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }
