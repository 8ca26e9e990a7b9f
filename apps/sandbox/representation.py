"""The sandbox as the API shows it."""

from apps.core.money import format_amount
from apps.sandbox.banking_days import local_day


def represent_clock(account, now=None) -> dict:
    """Return what time it is for a sandbox bank account, and which day its bank has."""
    now = now or account.business_now()
    return {
        "object": "sandbox_clock",
        "bank_account": account.public_id,
        "now": now.isoformat(),
        "banking_day": local_day(now).isoformat(),
        "offset_seconds": account.clock_offset_seconds,
    }


def represent_platform(opened) -> dict:
    """Return a platform that was opened by API, as whoever opened it sees it."""
    partner = opened.partner
    still = "open" if partner.is_active else "closing"
    return {
        "object": "sandbox_platform",
        "id": partner.public_id,
        "name": partner.name,
        "status": "closed" if opened.closed_at else still,
        "funding_reference": partner.funding_reference,
        "opened_by": opened.opener.public_id,
        "opened_at": opened.opened_at.isoformat(),
        "closed_at": opened.closed_at and opened.closed_at.isoformat(),
    }


def represent_scenarios(posted) -> dict:
    """Return a scenario file as it is in force; members that were left out are null or empty."""
    rules = [
        rule
        | {name: rule[name] and format_amount(rule[name], rule["currency"]) for name in ("amount_from", "amount_to")}
        for rule in posted.content["rules"]
    ]
    return {
        "object": "sandbox_scenario",
        "id": posted.public_id,
        "number": posted.number,
        **posted.content,
        "rules": rules,
        "posted_at": posted.posted_at.isoformat(),
    }


def represent_advance(advance) -> dict:
    """Return what was asked of the bank about a payout, and how far the bank had it then."""
    return {
        "object": "sandbox_advance",
        "payout": advance.payout.public_id,
        "outcome": advance.outcome,
        "at_bank": advance.at_bank,
        "clock": represent_clock(advance.bank_account),
    }


def represent_deposit(booking) -> dict:
    """Return a deposit as whoever made it sees it."""
    account = booking.book.bank_account
    return {
        "object": "sandbox_deposit",
        "id": booking.public_id,
        "bank_account": account.public_id,
        "amount": format_amount(booking.amount, account.currency),
        "currency": account.currency,
        "reference": booking.remittance,
        "debtor_name": booking.counterparty,
        "bank_reference": booking.reference,
        "booked_on": booking.booked_on.isoformat(),
        "created_at": booking.created_at.isoformat(),
    }
