from typing import Any
from urllib.parse import quote

from ...models.webhook_resend_range import WebhookResendRange
from ...types import UNSET, Unset


def request(
    id: str,
    body: WebhookResendRange | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/webhook-endpoints/{id}/resend".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
