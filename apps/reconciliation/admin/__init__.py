"""What people see of bank statements: files and statements, days, and the bench at which lines are matched."""

from apps.reconciliation.admin.doubts import DoubtQueue
from apps.reconciliation.admin.lines import MatchAdmin, StatementLineAdmin
from apps.reconciliation.admin.proposals import ProposalAdmin
from apps.reconciliation.admin.statements import StatementAdmin, StatementFileAdmin

__all__ = ["DoubtQueue", "MatchAdmin", "ProposalAdmin", "StatementAdmin", "StatementFileAdmin", "StatementLineAdmin"]
