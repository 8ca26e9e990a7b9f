"""What the worker does for reconciliation, whenever it is nudged and at every sweep."""

from apps.core.queue import each, job
from apps.core.statements import ask
from apps.reconciliation import operations


@job
def import_inbox():
    """Import the statements that banks have left in their folders."""
    operations.import_inbox()


@job
def match_waiting():
    """Match what was left open, where what it waited for has happened meanwhile."""
    open_on = "SELECT DISTINCT bank_account_id FROM reconciliation_statementline WHERE state IN ('unmatched', 'partly')"
    each([account_id for (account_id,) in ask(f"{open_on} ORDER BY 1")], operations.match_waiting)
