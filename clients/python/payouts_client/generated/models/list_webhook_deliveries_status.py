from typing import Literal, cast

ListWebhookDeliveriesStatus = Literal["abandoned", "delivered", "failed", "pending"]


def check_list_webhook_deliveries_status(value: str) -> ListWebhookDeliveriesStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListWebhookDeliveriesStatus, value)
