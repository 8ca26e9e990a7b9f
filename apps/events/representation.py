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
        "status_reason": row.status_reason or None,
        "created_at": row.created_at.isoformat(),
    }
