from typing import Literal, cast

SandboxAdvancedAtBank = Literal["accepted", "not_there", "paid", "refused"]


def check_sandbox_advanced_at_bank(value: str) -> SandboxAdvancedAtBank:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(SandboxAdvancedAtBank, value)
