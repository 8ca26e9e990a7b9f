"""What the worker does about signing in."""

from apps.core.queue import job
from apps.events.operations import forget_counts
from apps.users import operations


@job
def forget_stale():
    """Remove what signing in and refusals have left behind and nothing looks at any more."""
    operations.forget_stale()
    forget_counts()
