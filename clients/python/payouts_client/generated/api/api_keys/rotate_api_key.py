from typing import Any

from ...models.key_rotation import KeyRotation
from ...types import UNSET, Unset


def request(
    body: KeyRotation | Unset = UNSET,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api-keys/rotate",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    return _kwargs
