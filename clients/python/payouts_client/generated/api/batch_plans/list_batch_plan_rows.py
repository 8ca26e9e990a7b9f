from typing import Any
from urllib.parse import quote

from ...models.list_batch_plan_rows_show import (
    ListBatchPlanRowsShow,
)
from ...types import UNSET, Unset


def request(
    id: str,
    *,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    show: ListBatchPlanRowsShow | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    json_show: str | Unset = UNSET
    if not isinstance(show, Unset):
        json_show = show

    params["show"] = json_show

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/batch-plans/{id}/rows".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }
    return _kwargs
