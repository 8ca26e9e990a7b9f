"""How a payment file looks from outside: in events and wherever it is shown."""

from apps.core.money import format_amount
from apps.events.operations import Fact


def represent(file) -> dict:
    """Return a file as events carry it; never its bytes."""
    return {
        "id": file.public_id,
        "message_id": file.message_id,
        "bank_account": file.bank_account.public_id,
        "rail": file.rail,
        "state": file.state,
        "cut_off_at": file.cut_off_at.isoformat(),
        "execute_on": file.execute_on.isoformat(),
        "sequence": file.sequence,
        "transactions": file.transactions,
        "control_sum": format_amount(file.control_sum, file.currency),
        "currency": file.currency,
        "file_name": file.file_name,
        "sha256": file.sha256,
    }


def file_fact(file, changes=None, **more) -> Fact:
    """Return what happened to a file, ready to be recorded."""
    return Fact(file.public_id, None, represent(file) | more, changes or {})


def represent_rail(rail, today) -> dict:
    """Return the public shape of a rail in force; `today` (None: unknown) tells what holds from what comes later."""
    facts = rail.capabilities
    return {
        "id": rail.name,
        "object": "rail",
        "title": rail.title,
        "family": rail.family,
        "limits": [_limits(facts, currency, today) for currency in sorted(facts.limits)],
        "countries": [
            {"country": country, "since": since.isoformat()} for country, since in sorted(facts.countries.items())
        ],
        "calendar": facts.calendar.name,
        "zone": facts.calendar.zone.key,
        "cut_offs": [f"{at:%H:%M}" for at in (facts.cut_offs_on(today) if today else facts.cut_offs)],
        "banking_days_to_credit": facts.banking_days_to_credit,
        "seconds_to_credit": facts.seconds_to_credit,
        "recall": {"banking_days_to_answer": facts.recall.banking_days_to_answer} if facts.recall else None,
        "finality": facts.finality,
        "max_name_length": facts.max_name_length,
        "max_remittance_length": facts.max_remittance_length,
        "coming": _coming(facts, today),
        "sources": [
            {"fact": source.fact, "document": source.document, "checked_on": source.checked_on.isoformat()}
            for source in facts.sources
        ],
    }


def represent_plan(plan, rail) -> dict:
    """Return when a payment would leave by a rail and arrive, with every reason for a later day."""
    return {
        "leaves_at": plan.cut_off_at.isoformat(),
        "execute_on": plan.execute_on.isoformat(),
        "arrives_on": plan.expected_settlement_on.isoformat(),
        "calendar": rail.capabilities.calendar.name,
        "zone": rail.capabilities.calendar.zone.key,
        "moves": [{"code": move.code, "detail": move.detail} for move in plan.moves],
    }


def _limits(facts, currency, today) -> dict:
    limits = facts.limits_on(currency, today)
    bounds = (limits.minimum, limits.maximum) if limits else (0, 0)
    return {
        "currency": currency,
        "minimum": format_amount(bounds[0], currency),
        "maximum": format_amount(bounds[1], currency),
    }


def _coming(facts, today) -> list[dict]:
    """Return what is known to change after today: limits, cut-offs, and countries that join."""
    if today is None:
        return []
    found = [
        {"on": one.since.isoformat(), "what": "limits", "detail": _bounds(one, currency)}
        for versions in (facts.limits, facts.house_limits)
        for currency, dated in versions.items()
        for one in dated
        if one.since > today
    ]
    found += [
        {"on": one.since.isoformat(), "what": "cut_offs", "detail": ", ".join(f"{at:%H:%M}" for at in one.times)}
        for one in facts.house_cut_offs
        if one.since > today
    ]
    found += [
        {"on": since.isoformat(), "what": "country", "detail": country}
        for country, since in facts.countries.items()
        if since > today
    ]
    return sorted(found, key=lambda one: (one["on"], one["what"], one["detail"]))


def _bounds(limits, currency) -> str:
    low, high = (format_amount(bound, currency) for bound in (limits.minimum, limits.maximum))
    return f"{low} to {high} {currency}"
