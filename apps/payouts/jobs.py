"""What the worker does for payouts, whenever it is nudged and at every sweep."""

from apps.core.queue import job
from apps.payouts import operations


@job
def submit_due():
    """Start what is due, seal files whose cut-off has passed, and tell payouts of files that were handed over."""
    operations.start_due()
    operations.seal_files()
    operations.mark_handed_over()


@job
def apply_reports():
    """Apply what banks have answered."""
    operations.apply_reports()


@job
def move_waiting():
    """Move what waits for screening or money, and end what has waited too long."""
    operations.screen_waiting()
    operations.fund_waiting()
    operations.expire_waiting()
