"""What the operations need: somebody who sends a request with its Idempotency-Key and returns the answer's document."""

from collections.abc import Awaitable, Callable
from typing import Any

VERSION = "2026-11-30"
"""The version of the API that all of this was generated from."""

Send = Callable[[dict[str, Any], str | None], Any]
AsyncSend = Callable[[dict[str, Any], str | None], Awaitable[Any]]
