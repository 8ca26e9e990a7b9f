"""What the portal does when it must not trust itself, and how people let it go on."""

from apps.audit.operations.hold_mode import enter_hold_mode, notice_restore
from apps.audit.operations.lifting import confirm_lift, propose_lift
from apps.audit.operations.watching import watch_invariants

__all__ = ["confirm_lift", "enter_hold_mode", "notice_restore", "propose_lift", "watch_invariants"]
