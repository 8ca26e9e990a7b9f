"""What the worker does for reconciliation, whenever it is nudged and at every sweep."""

from apps.core.queue import each, job
from apps.reconciliation import operations
from apps.reconciliation.models import StatementLine


@job
def import_inbox():
    """Import the statements that banks have left in their folders."""
    operations.import_inbox()


@job
def match_waiting():
    """Match what was left open, where what it waited for has happened meanwhile."""
    open_lines = StatementLine.objects.open()
    each(
        open_lines.order_by("bank_account").values_list("bank_account", flat=True).distinct(), operations.match_waiting
    )
