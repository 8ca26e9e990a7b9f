from typing import Any
from urllib.parse import quote

from ...models.webhook_endpoint_change import WebhookEndpointChange


def request(
    id: str,
    body: WebhookEndpointChange,
    *,
    if_match: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/webhook-endpoints/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }
    _kwargs["json"] = body.to_dict()

    _kwargs["headers"] = headers
    return _kwargs
