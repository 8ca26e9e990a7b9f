from typing import Literal, cast

WebhookDeliveryWithLogStatus = Literal["abandoned", "delivered", "failed", "pending"]


def check_webhook_delivery_with_log_status(value: str) -> WebhookDeliveryWithLogStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(WebhookDeliveryWithLogStatus, value)
