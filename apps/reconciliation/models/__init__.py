"""What banks say, what is expected, and what was found to be what."""

from apps.reconciliation.models.matches import DayClose, Expectation, Match
from apps.reconciliation.models.proposals import Proposal, Share
from apps.reconciliation.models.remainders import CloseProposal, Remainder
from apps.reconciliation.models.statements import LinePart, Statement, StatementFile, StatementLine

__all__ = [
    "CloseProposal",
    "DayClose",
    "Expectation",
    "LinePart",
    "Match",
    "Proposal",
    "Remainder",
    "Share",
    "Statement",
    "StatementFile",
    "StatementLine",
]
