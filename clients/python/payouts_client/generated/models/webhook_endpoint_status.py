from typing import Literal, cast

WebhookEndpointStatus = Literal["active", "disabled"]


def check_webhook_endpoint_status(value: str) -> WebhookEndpointStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(WebhookEndpointStatus, value)
