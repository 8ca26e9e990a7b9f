from apps.api.doors import Door, endpoint
from apps.api.idempotency import parted
from apps.api.models import IdempotencyKey
from apps.api.pagination import PagedQuery, page
from apps.core.shapes.fields import Text


class IdempotencyKeys(Door):
    @endpoint("listIdempotencyKeys", "Look up idempotency keys", permission="events.view_event",
              answer="IdempotencyKeyList",
              query=PagedQuery(key=Text("This one key, as it was sent.", max_length=255, required=False)))  # fmt: skip
    def get(self, request, query):
        """
        Which request each key belongs to, and what came of it; the newest first. A key that is not here is free: its request
        never succeeded. The answer itself comes from repeating the request.
        """
        rows = IdempotencyKey.objects.filter(partner_id=request.partner.pk).defer("answer_ciphertext", "digests")
        rows = rows.filter(key=query["key"]) if query["key"] is not None else rows
        return page(request, rows, query, lambda found: [represent(row) for row in found])


def represent(row) -> dict:
    """Return the public shape of a key that was used."""
    request, version = parted(row.request)
    method, _, path = request.partition(" ")
    return {
        "object": "idempotency_key",
        "key": row.key,
        "method": method,
        "path": path,
        "version": version or None,
        "status": row.status,
        "created": row.headers.get("Location", "").rpartition("/")[2] or None,
        "used_at": row.created_at.isoformat(),
    }
