from typing import Any

from ...models.sandbox_scenario import SandboxScenario


def request(
    body: SandboxScenario,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/scenarios",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
