"""What banks say, what is expected, and what was found to be what."""

from apps.reconciliation.models.matches import DayClose, Expectation, Match
from apps.reconciliation.models.statements import LinePart, Statement, StatementFile, StatementLine

__all__ = ["DayClose", "Expectation", "LinePart", "Match", "Statement", "StatementFile", "StatementLine"]
