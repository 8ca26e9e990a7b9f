from typing import Any

from ...models.new_payout import NewPayout


def request(
    body: NewPayout,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/payouts",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
