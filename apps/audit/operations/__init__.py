"""What the portal does when it must not trust itself, and how people let it go on."""

from apps.audit.operations.exporting import MOST_EXPORTED, export_trail
from apps.audit.operations.hold_mode import enter_hold_mode, notice_restore
from apps.audit.operations.lifting import confirm_lift, propose_lift
from apps.audit.operations.watching import watch_invariants

__all__ = [
    "MOST_EXPORTED",
    "confirm_lift",
    "enter_hold_mode",
    "export_trail",
    "notice_restore",
    "propose_lift",
    "watch_invariants",
]
