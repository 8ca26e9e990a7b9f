"""What the worker does for payouts, whenever it is nudged and at every sweep."""

from apps.core.queue import job
from apps.payouts import operations
from apps.rails import jobs as rails


@job
def submit_due():
    """Start what is due, seal files whose cut-off has passed, hand them over, and tell the payouts inside."""
    operations.start_due()
    operations.seal_files()
    rails.hand_over_files()
    operations.mark_handed_over()


@job
def apply_reports():
    """Collect what banks have answered, and apply it."""
    rails.collect_reports()
    operations.apply_reports()


@job
def move_waiting():
    """Move what waits for screening or money, and end what has waited too long."""
    operations.screen_waiting()
    operations.fund_waiting()
    operations.expire_waiting()
