from typing import Any

from ...models.clock_advance import ClockAdvance


def request(
    body: ClockAdvance,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/sandbox/clock/advance",
    }
    _kwargs["json"] = body.to_dict()

    return _kwargs
