"""Statements, lines and matches as events and pages show them. Account numbers are masked."""

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.partners.models import Partner
from apps.payouts.models import Payout


def statement_data(statement) -> dict:
    """Return a statement or notification as plain data."""
    return {
        "id": statement.public_id,
        "kind": statement.kind,
        "bank_account": statement.bank_account.public_id,
        "statement_id": statement.statement_id,
        "number": statement.number,
        "currency": statement.currency,
        "opening": _amount(statement.opening, statement.currency),
        "closing": _amount(statement.closing, statement.currency),
        "closes_on": statement.closes_on and statement.closes_on.isoformat(),
        "lines": statement.lines_count,
    }


def line_data(line) -> dict:
    """Return a line as plain data."""
    return {
        "id": line.public_id,
        "bank_account": line.bank_account.public_id,
        "sign": line.sign,
        "amount": format_amount(line.amount, line.currency),
        "currency": line.currency,
        "booked_on": line.booked_on.isoformat(),
        "value_on": line.value_on.isoformat(),
        "bank_reference": line.bank_reference,
        "state": line.state,
    }


def match_data(match) -> dict:
    """Return a match with its line as plain data. Costs no query if the line and its bank account are at hand."""
    return {
        "id": match.public_id,
        "kind": match.kind,
        "amount": format_amount(match.amount, match.line.currency),
        "payout": match.payout_id and encode(Payout.id_prefix, match.payout_id),
        "partner": match.partner_id and encode(Partner.id_prefix, match.partner_id),
        "evidence": match.evidence,
        "automatic": match.automatic,
        "line": line_data(match.line),
    }


def proposal_data(proposal) -> dict:
    """Return a proposal with its line as plain data."""
    return {
        "id": proposal.public_id,
        "action": "undo" if proposal.undoes_id else "match",
        "shape": proposal.shape,
        "kind": proposal.kind,
        "match": proposal.undoes_id and encode("mat", proposal.undoes_id),
        "amount": format_amount(proposal.amount, proposal.line.currency),
        "reason": proposal.reason,
        "state": proposal.status,
        "refused_because": proposal.decided_reason,
        "line": line_data(proposal.line),
    }


def _amount(amount, currency):
    return None if amount is None else format_amount(amount, currency)
