"""Webhook endpoints as the API shows them."""


def represent_endpoint(row) -> dict:
    """Return the public shape of a webhook endpoint, without its secret."""
    return {
        "id": row.public_id,
        "object": "webhook_endpoint",
        "url": row.url,
        "description": row.description,
        "event_types": row.event_types,
        "status": row.status,
        "disabled": _disabled(row),
        "created_at": row.created_at.isoformat(),
    }


def _disabled(row) -> dict | None:
    if row.is_active:
        return None
    return {"reason": row.status_reason, "at": row.disabled_at.isoformat() if row.disabled_at else None}
