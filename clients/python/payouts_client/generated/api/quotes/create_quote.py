from typing import Any

from ...models.new_quote import NewQuote


def request(
    body: NewQuote,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/quotes",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
