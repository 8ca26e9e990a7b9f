from typing import Any

from ...models.new_webhook_endpoint import NewWebhookEndpoint


def request(
    body: NewWebhookEndpoint,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/webhook-endpoints",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
