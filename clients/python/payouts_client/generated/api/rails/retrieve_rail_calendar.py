import datetime
from typing import Any
from urllib.parse import quote

from ...types import UNSET


def request(
    id: str,
    *,
    first: datetime.date,
    last: datetime.date,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    json_first = first.isoformat()
    params["first"] = json_first

    json_last = last.isoformat()
    params["last"] = json_last

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/rails/{id}/calendar".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }
    return _kwargs
