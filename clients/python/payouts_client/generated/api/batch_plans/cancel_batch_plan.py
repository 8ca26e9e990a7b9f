from typing import Any
from urllib.parse import quote

from ...models.batch_plan_cancellation import BatchPlanCancellation
from ...types import UNSET, Unset


def request(
    id: str,
    body: BatchPlanCancellation | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/batch-plans/{id}/cancel".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
