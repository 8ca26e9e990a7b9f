from typing import Literal, cast

SandboxPlatformWithKeyStatus = Literal["closed", "closing", "open"]


def check_sandbox_platform_with_key_status(value: str) -> SandboxPlatformWithKeyStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(SandboxPlatformWithKeyStatus, value)
