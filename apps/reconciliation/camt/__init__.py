"""Bank statements in ISO 20022: camt.052, camt.053 and camt.054."""

from apps.reconciliation.camt.checks import Survey, batch_difference, is_reference, survey
from apps.reconciliation.camt.facts import Balance, Entry, Finding, Statement, Transaction, UnreadableBankFile
from apps.reconciliation.camt.reader import read

__all__ = [
    "Balance",
    "Entry",
    "Finding",
    "Statement",
    "Survey",
    "Transaction",
    "UnreadableBankFile",
    "batch_difference",
    "is_reference",
    "read",
    "survey",
]
