from apps.sandbox.operations.banking import (
    CannotAdvanceClock,
    CannotDeposit,
    advance_clock,
    announce_instant_bank,
    change_reporting,
    deposit,
    sandbox_account,
)
from apps.sandbox.operations.directing import Advance, CannotDirect, advance_payout, post_scenarios
from apps.sandbox.operations.platforms import (
    CannotOpenPlatform,
    Sandbox,
    add_platform,
    close_opened_platform,
    open_from_sandbox,
    open_sandbox,
)

__all__ = [
    "Advance",
    "CannotDirect",
    "advance_payout",
    "post_scenarios",
    "CannotAdvanceClock",
    "CannotDeposit",
    "CannotOpenPlatform",
    "Sandbox",
    "add_platform",
    "advance_clock",
    "announce_instant_bank",
    "change_reporting",
    "close_opened_platform",
    "deposit",
    "open_from_sandbox",
    "open_sandbox",
    "sandbox_account",
]
