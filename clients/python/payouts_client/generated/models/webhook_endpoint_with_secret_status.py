from typing import Literal, cast

WebhookEndpointWithSecretStatus = Literal["active", "disabled"]


def check_webhook_endpoint_with_secret_status(value: str) -> WebhookEndpointWithSecretStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(WebhookEndpointWithSecretStatus, value)
