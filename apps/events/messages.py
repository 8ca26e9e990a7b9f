"""What a partner reads about an event, over webhooks and the API alike."""

from datetime import UTC

from apps.core.ids import encode


def message(event) -> dict:
    """Return the event as partners see it: without who did it, which is the house's own business."""
    return {
        "id": encode("evt", event.uid),
        "type": event.type,
        "created_at": event.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "sequence": event.sequence,
        "subject": event.subject,
        "data": event.data,
    }
