from typing import Any
from urllib.parse import quote

from ...models.nothing import Nothing
from ...types import UNSET, Unset


def request(
    id: str,
    body: Nothing | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/platforms/{id}/close".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
