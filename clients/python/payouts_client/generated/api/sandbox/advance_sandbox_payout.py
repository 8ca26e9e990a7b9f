from typing import Any
from urllib.parse import quote

from ...models.sandbox_advance import SandboxAdvance


def request(
    id: str,
    body: SandboxAdvance,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/payouts/{id}/advance".format(
            id=quote(str(id), safe=""),
        ),
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
