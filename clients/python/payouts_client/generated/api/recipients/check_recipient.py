from typing import Any

from ...models.new_recipient import NewRecipient


def request(
    body: NewRecipient,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/recipients/check",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
