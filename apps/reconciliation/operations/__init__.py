"""What people and jobs do with bank statements."""

from apps.reconciliation.operations.closing import close_day
from apps.reconciliation.operations.doubts import what_must_be_read, what_must_be_read_of
from apps.reconciliation.operations.importing import Imported, import_bank_file
from apps.reconciliation.operations.inbox import import_inbox
from apps.reconciliation.operations.matching import match_waiting
from apps.reconciliation.operations.people import Choice, match_line
from apps.reconciliation.operations.proposals import (
    confirm_proposal,
    confirm_proposals,
    propose_group,
    propose_match,
    propose_matches,
    propose_split,
    propose_undo,
    refuse_proposal,
)
from apps.reconciliation.operations.remainders import (
    SIGNABLE,
    CannotDecideClose,
    propose_close,
    refuse_close,
    sign_close,
)
from apps.reconciliation.operations.resolutions import (
    confirm_resolution,
    propose_closing,
    propose_resolution,
    refuse_resolution,
)

__all__ = [
    "SIGNABLE",
    "CannotDecideClose",
    "Choice",
    "Imported",
    "close_day",
    "confirm_proposal",
    "confirm_proposals",
    "confirm_resolution",
    "import_bank_file",
    "import_inbox",
    "match_line",
    "match_waiting",
    "propose_close",
    "propose_closing",
    "propose_group",
    "propose_match",
    "propose_matches",
    "propose_resolution",
    "propose_split",
    "propose_undo",
    "refuse_close",
    "refuse_proposal",
    "refuse_resolution",
    "sign_close",
    "what_must_be_read",
    "what_must_be_read_of",
]
