"""How the portal watches itself."""

from apps.audit import operations
from apps.core.queue import at_start, job


@job
def watch_invariants():
    """Check what must always be true, once a minute however often this is nudged."""
    operations.watch_invariants()


@at_start
@job
def notice_restore():
    """Enter hold mode if the database was restored; run before anything else, too."""
    operations.notice_restore()
