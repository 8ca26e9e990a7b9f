from typing import Any
from urllib.parse import quote

from ...models.batch_plan_commit import BatchPlanCommit


def request(
    id: str,
    body: BatchPlanCommit,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/batch-plans/{id}/commit".format(
            id=quote(str(id), safe=""),
        ),
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
