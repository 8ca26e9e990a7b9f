from typing import Any

from ...models.new_sandbox_platform import NewSandboxPlatform


def request(
    body: NewSandboxPlatform,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/platforms",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
