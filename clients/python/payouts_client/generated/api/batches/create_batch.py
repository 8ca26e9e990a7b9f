from typing import Any

from ...models.new_batch import NewBatch


def request(
    body: NewBatch,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/batches",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
