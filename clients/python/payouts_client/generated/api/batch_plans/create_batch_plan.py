from typing import Any

from ...models.create_batch_plan_content_type import (
    CreateBatchPlanContentType,
)
from ...types import UNSET, File, Unset


def request(
    body: File,
    *,
    reference: str,
    file_name: str | Unset = UNSET,
    content_type: CreateBatchPlanContentType,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Content-Type"] = str(content_type)

    params: dict[str, Any] = {}

    params["reference"] = reference

    params["file_name"] = file_name

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/batch-plans",
        "params": params,
    }
    _kwargs["content"] = body.payload

    _kwargs["headers"] = headers
    return _kwargs
