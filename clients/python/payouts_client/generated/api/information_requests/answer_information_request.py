from typing import Any
from urllib.parse import quote

from ...models.information_answer import InformationAnswer


def request(
    id: str,
    body: InformationAnswer,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/information-requests/{id}/answer".format(
            id=quote(str(id), safe=""),
        ),
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
