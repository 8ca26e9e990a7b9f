"""What a payout's platform may hold in its hand: what was asked of the bank, what the bank showed, and what was posted."""

from apps.core.money import format_amount
from apps.ledger.models import Transfer
from apps.payouts.models import Attempt
from apps.reconciliation.models import Match


def evidence_of(payout) -> dict:
    """
    Return what proves where the payout stands, oldest first, in three queries.

    Nothing of it is another platform's: of a line that is the sum of many payments only this payout's part is shown, and
    of the books only the kinds of accounts. What compliance has looked at is not part of it.
    """
    attempts = Attempt.objects.filter(payout=payout).select_related("file").order_by("number")
    matches = Match.objects.filter(payout=payout).select_related("line__statement", "line__notification").order_by("id")
    transfers = Transfer.objects.filter(journal__subject=payout.public_id)
    transfers = transfers.select_related("journal", "debit", "credit").order_by("id")
    return {
        "object": "payout_evidence",
        "payout": payout.public_id,
        "status": payout.status,
        "end_to_end_id": payout.end_to_end_id,
        "content_digest": payout.digest,
        "attempts": [_attempt(attempt) for attempt in attempts],
        "bank_lines": [_line(match) for match in matches],
        "postings": [_posting(transfer) for transfer in transfers],
    }


def _attempt(attempt) -> dict:
    return {
        "id": attempt.public_id,
        "number": attempt.number,
        "rail": attempt.rail,
        "status": attempt.status,
        "status_at": attempt.status_at.isoformat(),
        "instruction_id": attempt.instruction_id,
        "amount": format_amount(attempt.amount, attempt.currency),
        "currency": attempt.currency,
        "reason_code": attempt.reason_code or None,
        "file": _file(attempt.file) if attempt.file else None,
        "created_at": attempt.created_at.isoformat(),
    }


def _file(file) -> dict:
    return {
        "message_id": file.message_id,
        "sha256": file.sha256 or None,
        "execute_on": file.execute_on.isoformat(),
        "handed_over_at": file.handed_over_at.isoformat() if file.handed_over_at else None,
    }


def _line(match) -> dict:
    line = match.line
    return {
        "match": match.public_id,
        "kind": match.kind,
        "amount": format_amount(match.amount, line.currency),
        "currency": line.currency,
        "booked_on": line.booked_on.isoformat(),
        "value_on": line.value_on.isoformat() if line.value_on else None,
        "bank_reference": line.bank_reference or None,
        "statement": (line.statement or line.notification).statement_id,
        "because": match.evidence or None,
        "matched_at": match.matched_at.isoformat(),
        "undone_at": match.undone_at.isoformat() if match.undone_at else None,
    }


def _posting(transfer) -> dict:
    return {
        "moment": transfer.journal.moment,
        "debit": transfer.debit.kind,
        "credit": transfer.credit.kind,
        "amount": format_amount(transfer.amount, transfer.currency),
        "currency": transfer.currency,
        "value_on": transfer.journal.value_on.isoformat(),
        "posted_at": transfer.journal.posted_at.isoformat(),
    }
