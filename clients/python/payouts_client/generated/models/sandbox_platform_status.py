from typing import Literal, cast

SandboxPlatformStatus = Literal["closed", "closing", "open"]


def check_sandbox_platform_status(value: str) -> SandboxPlatformStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(SandboxPlatformStatus, value)
