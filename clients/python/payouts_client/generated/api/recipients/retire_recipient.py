from typing import Any
from urllib.parse import quote

from ...models.retirement import Retirement
from ...types import UNSET, Unset


def request(
    id: str,
    body: Retirement | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/recipients/{id}/retire".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
