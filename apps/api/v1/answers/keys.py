from apps.api.v1.schema_parts import MOMENT, MOMENT_OR_NULL, NUMBER, TEXT, TEXT_OR_NULL, an_id, list_of, one_of, thing

KEY = {
    "id": an_id("key"),
    "name": TEXT,
    "begins_with": {**TEXT, "description": "The first characters of its token, to recognize it."},
    "mode": one_of("sandbox", "live"),
    "scopes": {"type": "array", "items": TEXT},
    "networks": {"type": "array", "items": TEXT, "description": "Where it may call from; empty: from anywhere."},
    "requests_per_minute": NUMBER,
    "api_version": {**TEXT, "description": "What it speaks, unless a request names another version."},
    "created_at": MOMENT,
    "expires_at": MOMENT_OR_NULL,
    "last_used_at": {**MOMENT_OR_NULL, "description": "To the minute."},
    "revoked_at": MOMENT_OR_NULL,
}

SCHEMAS = {
    "ApiKey": thing("api_key", **KEY),
    "ApiKeyWithToken": thing("api_key", **KEY, token={**TEXT, "description": "Shown only here. Send it as the key."}),
    "ApiKeyList": list_of("ApiKey"),
    "IdempotencyKey": thing(
        "idempotency_key",
        key=TEXT,
        method=TEXT,
        path=TEXT,
        version={**TEXT_OR_NULL, "description": "Of the API, in which it was asked."},
        status={**NUMBER, "description": "Of the answer, which is always one of success."},
        created={**TEXT_OR_NULL, "description": "Id of what the request has made, if it made a thing."},
        used_at=MOMENT,
    ),
    "IdempotencyKeyList": list_of("IdempotencyKey"),
}
