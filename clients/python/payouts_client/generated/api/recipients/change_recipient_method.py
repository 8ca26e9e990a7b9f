from typing import Any
from urllib.parse import quote

from ...models.new_method import NewMethod


def request(
    id: str,
    body: NewMethod,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/recipients/{id}/method".format(
            id=quote(str(id), safe=""),
        ),
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
