"""Statements, lines and matches as events and pages show them. Account numbers are masked."""

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.events.operations import Fact
from apps.partners.models import Partner
from apps.payouts.models import Payout
from apps.reconciliation.effects import target_id


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


def proposal_facts(proposal) -> list[Fact]:
    """Return what is told of a proposal, once for every line that it is about; its own line is at hand."""
    lines = {proposal.line_id: proposal.line}
    former = proposal.undoes.proposal if proposal.undoes_id else None
    group = next((said for said in (proposal, former) if said and said.shape == said.Shape.GROUP), None)
    for share in group.shares.select_related("part__line") if group else []:
        line = lines.setdefault(share.part.line_id, share.part.line)
        line.bank_account = proposal.line.bank_account
    return [Fact(line.public_id, None, _proposal_data(proposal, line)) for line in lines.values()]


def _proposal_data(proposal, line) -> dict:
    """Return a proposal with a line that it is about as plain data."""
    shares = [] if proposal.shape == proposal.Shape.ONE else proposal.shares.all()
    return {
        "id": proposal.public_id,
        "action": "undo" if proposal.undoes_id else "match",
        "shape": proposal.shape,
        "kind": proposal.kind,
        "match": proposal.undoes_id and encode("mat", proposal.undoes_id),
        "amount": format_amount(proposal.amount, line.currency),
        "shares": [
            {"kind": share.kind, "of": target_id(share), "amount": format_amount(share.amount, line.currency)}
            for share in shares
        ],
        "reason": proposal.reason,
        "state": proposal.status,
        "refused_because": proposal.decided_reason,
        "line": line_data(line),
    }


def _amount(amount, currency):
    return None if amount is None else format_amount(amount, currency)
