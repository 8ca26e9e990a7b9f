"""What people and jobs do with bank statements."""

from apps.reconciliation.operations.closing import close_day
from apps.reconciliation.operations.importing import Imported, import_bank_file
from apps.reconciliation.operations.inbox import import_inbox
from apps.reconciliation.operations.matching import match_waiting
from apps.reconciliation.operations.people import Choice, match_line, undo_match

__all__ = [
    "Choice",
    "Imported",
    "close_day",
    "import_bank_file",
    "import_inbox",
    "match_line",
    "match_waiting",
    "undo_match",
]
