"""What a line can turn out to be, and the moments in the books that each kind posts."""

from django.db import models


class Kind(models.TextChoices):
    PAYOUT = "payout", "Payout"
    BATCH = "batch", "Payout in a batch"
    RETURN = "return", "Return of a payout"
    FUNDING = "funding", "Funding"
    FEE = "fee", "Bank fee"
    EXTRA = "extra", "Debit that a conflict explains"
    REPAID = "repaid", "Such a debit come back"
    WRITE_OFF = "writeoff", "Written off"
    SUSPENSE = "suspense", "Not identified"


FUNDING_RECEIVED = "funding.received"
BANK_FEE = "bank.fee"
EXTRA_DEBITED = "conflict.debited"
EXTRA_REPAID = "conflict.repaid"
LINE_SUSPENDED = "line.suspended"
LINE_WRITTEN_OFF = "line.written_off"
STATEMENT_OPENED = "statement.opened"

MOMENTS = {
    Kind.PAYOUT: ("payout.settled",),
    Kind.BATCH: ("payout.settled",),
    Kind.RETURN: ("payout.returned", "return.credited"),
    Kind.FUNDING: (FUNDING_RECEIVED,),
    Kind.FEE: (BANK_FEE,),
    Kind.EXTRA: (EXTRA_DEBITED,),
    Kind.REPAID: (EXTRA_REPAID,),
    Kind.WRITE_OFF: (LINE_WRITTEN_OFF,),
    Kind.SUSPENSE: (LINE_SUSPENDED,),
}
"""Journals of a match carry its public id as their reference, and one of these moments."""
