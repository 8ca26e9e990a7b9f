from typing import Any
from urllib.parse import quote


def request(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api-keys/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }
    return _kwargs
