from typing import Any

from ...models.deposit import Deposit


def request(
    body: Deposit,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/deposits",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
