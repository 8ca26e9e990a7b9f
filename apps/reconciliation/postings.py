"""
What statement lines do to the books.

Every booked line is posted when it is imported: as what it is, or to suspense. So the ledger's `bank` account always
says what the bank's statements say. What lines mean for payouts is posted by `apps.payouts.postings`.
"""

from apps.ledger.posting import AccountKey, JournalDraft, Leg
from apps.payouts.postings import bears
from apps.reconciliation.kinds import (
    BANK_FEE,
    EXTRA_DEBITED,
    EXTRA_REPAID,
    FUNDING_RECEIVED,
    LINE_SUSPENDED,
    LINE_WRITTEN_OFF,
    STATEMENT_OPENED,
)
from apps.reconciliation.models import StatementLine


def funding(match, line, partner) -> JournalDraft:
    """Credit a partner with money that arrived on our bank account."""
    funds = AccountKey("funds", partner.public_id, line.currency)
    return _draft(FUNDING_RECEIVED, match, line, partner.public_id, funds)


def fee(match, line) -> JournalDraft:
    """Book what the bank charged, or gave back of it."""
    return _draft(BANK_FEE, match, line, line.public_id, AccountKey("rail_fee", "", line.currency))


def charged_debit(match, line, conflict) -> JournalDraft:
    """Take a debit that two people have charged to somebody out of the bank account, as the statement line shows."""
    clearing = AccountKey("clearing", line.bank_account.public_id, line.currency)
    return _draft(EXTRA_DEBITED, match, line, conflict.payout.public_id, clearing)


def repaid(match, line, conflict) -> JournalDraft:
    """Give what came back of such a debit to whom it was charged."""
    return _draft(EXTRA_REPAID, match, line, conflict.payout.public_id, bears(conflict))


def suspend(match, line) -> JournalDraft:
    """Book a line that nobody has identified yet."""
    return _draft(LINE_SUSPENDED, match, line, line.public_id, suspense(line.currency))


def suspense(currency: str) -> AccountKey:
    """Return where the money of a currency is that nobody has identified."""
    return AccountKey("suspense", "", currency)


def write_off(match, line) -> JournalDraft:
    """Book what two people gave up to explain: a debit as a loss of the house, a credit as its gain."""
    kind = "ops_gain" if line.sign == StatementLine.CREDIT else "ops_loss"
    return _draft(LINE_WRITTEN_OFF, match, line, line.public_id, AccountKey(kind, "", line.currency))


def open_account(statement, known: int) -> JournalDraft | None:
    """
    Book what was on the bank account before its first statement and the ledger does not know: nobody has identified it.

    `known` is what the ledger has on the account, or the balance with which its books began before.
    """
    unknown = statement.opening - known
    if not unknown:
        return None
    bank = AccountKey("bank", statement.bank_account.public_id, statement.currency)
    unidentified = suspense(statement.currency)
    debit, credit = (bank, unidentified) if unknown > 0 else (unidentified, bank)
    return JournalDraft(
        moment=STATEMENT_OPENED,
        reference=statement.public_id,
        subject=statement.public_id,
        legs=(Leg(debit, credit, abs(unknown)),),
        value_on=statement.opens_on or statement.closes_on,
        booked_on=statement.opens_on or statement.closes_on,
    )


def _draft(moment, match, line, subject, other: AccountKey) -> JournalDraft:
    bank = AccountKey("bank", line.bank_account.public_id, line.currency)
    debit, credit = (bank, other) if line.sign == StatementLine.CREDIT else (other, bank)
    return JournalDraft(
        moment=moment,
        reference=match.public_id,
        subject=subject,
        legs=(Leg(debit, credit, match.amount),),
        value_on=line.value_on,
        booked_on=line.posted_on,
        details={"line": line.public_id},
    )
