from typing import Literal, cast

WebhookDeliveryStatus = Literal["abandoned", "delivered", "failed", "pending"]


def check_webhook_delivery_status(value: str) -> WebhookDeliveryStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(WebhookDeliveryStatus, value)
