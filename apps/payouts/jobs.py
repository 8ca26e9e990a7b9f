"""What the worker does for payouts, whenever it is nudged and at every sweep."""

from apps.core.queue import each, job
from apps.payouts import operations
from apps.rails import jobs as rails


@job
def submit_due():
    """Start what is due, seal files whose cut-off has passed, hand them over, and tell the payouts inside."""
    _run(
        operations.recover_files,
        operations.start_due,
        operations.seal_files,
        rails.hand_over_files,
        operations.mark_handed_over,
    )


@job
def call_banks():
    """Start what is due on rails that are called, call their banks, and ask about what has no answer."""
    _run(
        operations.doubt_dead,
        operations.ask_about_restored,
        operations.start_due,
        operations.send_calls,
        operations.ask_banks,
    )


@job
def apply_reports():
    """Collect what banks have answered, and apply it."""
    _run(rails.collect_reports, operations.apply_reports)


@job
def stop_contradicted():
    """Stop the bank accounts whose banks say that more money left than is known."""
    operations.stop_contradicted()


@job
def ask_recalls():
    """Tell banks what is asked back, ask what they say to it, and tell people of what has no answer in time."""
    _run(operations.ask_recalls, operations.raise_recalls)


@job
def move_waiting():
    """Move what waits for screening or money, and end what has waited too long or for an account that was turned down."""
    _run(
        operations.screen_waiting,
        operations.end_turned_down,
        operations.fund_waiting,
        operations.expire_waiting,
    )


@job
def read_plans():
    """Read the files that were sent, and say what would come of them."""
    operations.read_plans()


@job
def commit_plans():
    """Make payouts of the plans that were committed."""
    operations.commit_plans()


def _run(*steps):
    """Take every step, also when one before it failed: each finds its own work in the rows."""
    each(steps, lambda step: step())
