"""
How much a platform may pay: in one payout, and in any 24 hours. What people here have published is what counts.

Accepted payouts count from the moment they are accepted, unless they ended without paying.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum

from apps.approvals.kinds import Field, SettingKind
from apps.approvals.models import SettingVersion, settings_in_force
from apps.core.database import database_now
from apps.core.errors import Fault, Invalid
from apps.core.ids import first_uuid7
from apps.core.money import MAX_AMOUNT, format_amount
from apps.core.templatetags.portal import grouped
from apps.payouts.models import Payout
from apps.payouts.states import UNPAID
from apps.rails.terms import read_amount

KIND = "platform_limits"
WINDOW = timedelta(hours=24)
_LABELS = {"single": "One payout", "daily": "All payouts of 24 hours"}


def limits_in_force(partner, currencies, now: datetime) -> dict[str, SettingVersion]:
    """Return the limits of a platform by currency (None: of every one): its own, or else those for every platform."""
    found = settings_in_force(now, kinds=[KIND], partners=[partner.pk], currencies=currencies)
    chosen = {}
    for version in sorted(found, key=lambda row: row.partner_id is None):
        chosen.setdefault(version.currency, version)
    return chosen


def check_limits(partner, drafts, *, now=None, apart=False) -> tuple[list[Fault], dict[str, SettingVersion]]:
    """
    Return a fault for every draft that goes beyond the platform's limits, and the limits by currency.

    Where payouts of 24 hours are limited, whoever asks for more of them waits here until the transaction of the one
    before has ended, so that two cannot both have what is left. With `apart` each draft is judged by itself, and nobody
    waits.
    """
    now = now or database_now()
    limits = limits_in_force(partner, {draft.currency for draft in drafts}, now)
    daily = sorted(currency for currency, version in limits.items() if version.content["daily"] is not None)
    if daily and not apart:
        _lock(partner, daily)
    left = _left(partner, {currency: limits[currency].content["daily"] for currency in daily}, now)
    faults = []
    for position, draft in enumerate(drafts):
        single = limits[draft.currency].content["single"] if draft.currency in limits else None
        if single is not None and draft.amount > single:
            detail = f"The platform pays at most {format_amount(single, draft.currency)} {draft.currency} at once."
            faults.append(Fault(f"/{position}/amount", "amount-above-limit", detail))
        if draft.currency in left:
            if draft.amount > left[draft.currency]:
                rest = format_amount(max(left[draft.currency], 0), draft.currency)
                detail = f"The platform's limit for 24 hours leaves {rest} {draft.currency} at the moment."
                faults.append(Fault(f"/{position}/amount", "daily-limit-reached", detail))
            elif not apart:
                left[draft.currency] -= draft.amount
    return faults, limits


def headroom(partner) -> list[dict]:
    """Return the platform's limits by currency and what is left of those for 24 hours, as the API shows it."""
    now = database_now()
    limits = limits_in_force(partner, None, now)
    daily = {currency: version.content["daily"] for currency, version in limits.items()}
    left = _left(partner, {currency: most for currency, most in daily.items() if most is not None}, now)
    return [
        {
            "object": "limit",
            "currency": currency,
            "at_once": _shown(version.content["single"], currency),
            "in_24_hours": _shown(daily[currency], currency),
            "left_now": _shown(max(left[currency], 0) if currency in left else None, currency),
        }
        for currency, version in sorted(limits.items())
    ]


def _shown(amount, currency) -> str | None:
    return None if amount is None else format_amount(amount, currency)


def _lock(partner, currencies) -> None:
    with connection.cursor() as cursor:
        names = [f"payouts.limits/{partner.pk}/{currency}" for currency in currencies]
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name", [names]
        )


def _left(partner, limits, now) -> dict[str, int]:
    """Return what is left now of limits for 24 hours, by currency."""
    if not limits:
        return {}
    recent = Payout.objects.filter(partner=partner, currency__in=limits, pk__gte=first_uuid7(now - WINDOW))
    sums = recent.exclude(status__in=UNPAID).order_by().values("currency").annotate(amount=Sum("amount"))
    spent = {row["currency"]: int(row["amount"]) for row in sums}
    return {currency: limit - spent.get(currency, 0) for currency, limit in limits.items()}


def _faults(currency: str, name: str, content: dict) -> list[Fault]:
    if not isinstance(content, dict) or set(content) != set(_LABELS):
        return [Fault("", "limits-format", "Limits are for one payout (single) and for 24 hours (daily).")]
    given = [value for value in content.values() if value is not None]
    if any(type(value) is not int or not 0 < value <= MAX_AMOUNT for value in given):
        return [Fault("", "limits-format", "Give amounts above zero, or nothing for no limit.")]
    if len(given) == 2 and content["single"] > content["daily"]:
        return [Fault("/single", "limits-order", "One payout is not larger than all payouts of 24 hours.")]
    return []


def _lines(currency: str, content: dict) -> list[tuple[str, str]]:
    return [
        (label, "no limit" if content[name] is None else f"at most {grouped(content[name], currency)} {currency}")
        for name, label in _LABELS.items()
    ]


def _form(currency: str, content: dict | None) -> list[list[Field]]:
    known = {name: value for name, value in (content or {}).items() if value is not None}
    return [
        [
            Field(name, f"{label}, at most ({currency}; empty: no limit)", format_amount(known[name], currency) if name in known else "")
            for name, label in _LABELS.items()
        ]
    ]  # fmt: skip


def _read(currency: str, form: dict) -> dict:
    faults = []
    content = {name: read_amount(form, name, currency, faults, may_be_empty=True) for name in _LABELS}
    if faults:
        raise Invalid("The limits have faults.", errors=faults)
    return content


PLATFORM_LIMITS = SettingKind(
    kind=KIND,
    title="Limits of platforms",
    about="The largest payout a platform may ask for, and the most it may ask for in any 24 hours.",
    unsaid="No limit but those of the rails",
    places=("partner", "currency"),
    faults=_faults,
    lines=_lines,
    form=_form,
    read=_read,
)
