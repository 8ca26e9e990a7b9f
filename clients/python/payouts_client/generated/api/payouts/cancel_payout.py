from typing import Any
from urllib.parse import quote

from ...models.cancellation import Cancellation
from ...types import UNSET, Unset


def request(
    id: str,
    body: Cancellation | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/payouts/{id}/cancel".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
