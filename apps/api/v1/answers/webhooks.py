from apps.api.v1.schema_parts import (
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    an_id,
    list_of,
    named,
    nullable,
    one_of,
    thing,
)

ENDPOINT = {
    "id": an_id("we"),
    "url": TEXT,
    "description": TEXT,
    "event_types": {"type": "array", "items": TEXT},
    "status": one_of("active", "disabled"),
    "disabled": nullable(thing(None, "Why and when it was disabled.", reason=TEXT, at=MOMENT_OR_NULL)),
    "created_at": MOMENT,
}

DELIVERY = {
    "id": an_id("dlv"),
    "endpoint": an_id("we"),
    "event": an_id("evt"),
    "event_type": TEXT,
    "status": one_of("pending", "delivered", "failed", "abandoned"),
    "attempts": NUMBER,
    "next_at": MOMENT_OR_NULL,
    "last_status_code": {"type": ["integer", "null"]},
    "last_error": TEXT_OR_NULL,
    "delivered_at": MOMENT_OR_NULL,
    "created_at": MOMENT,
}

SCHEMAS = {
    "WebhookEndpoint": thing("webhook_endpoint", **ENDPOINT),
    "WebhookEndpointList": list_of("WebhookEndpoint"),
    "WebhookEndpointWithSecret": thing(
        "webhook_endpoint",
        **ENDPOINT,
        secret={**TEXT, "description": "Shown only here. Verify messages with it.", "examples": ["whsec_…"]},
    ),
    "WebhookDelivery": thing("webhook_delivery", **DELIVERY),
    "WebhookDeliveryWithLog": thing(
        "webhook_delivery",
        **DELIVERY,
        log={"type": "array", "items": named("WebhookAttempt")},
    ),
    "WebhookAttempt": thing(
        None,
        "One request that was made, and its answer.",
        number=NUMBER,
        url=TEXT,
        status_code={"type": ["integer", "null"]},
        error=TEXT_OR_NULL,
        response_body={**TEXT, "description": "The first 4 kB."},
        started_at=MOMENT,
        duration_ms=NUMBER,
    ),
    "WebhookDeliveryList": list_of("WebhookDelivery"),
    "WebhookResend": thing(
        "webhook_resend",
        messages={**NUMBER, "description": "Messages that are sent again."},
        events={**NUMBER, "description": "Events that were gone through, at most a thousand at once."},
        more={"type": "boolean", "description": "Whether there are later events in the range."},
        next_after={**TEXT_OR_NULL, "description": "`after` of the next request, or null if that was all."},
    ),
}
