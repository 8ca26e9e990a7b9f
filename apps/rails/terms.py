"""
What people here have published about rails: stricter limits, other cut-offs, more closed days.

The facts of a scheme stand in the folder of its rail; what one's own bank or house adds to them are settings, which two
people change (apps/approvals). `rails_in_force` puts both together.
"""

from dataclasses import replace
from datetime import date, time

from apps.approvals.kinds import Field, SettingKind
from apps.approvals.models import SettingVersion
from apps.core.errors import Fault, Invalid
from apps.core.money import InvalidAmount, format_amount, parse_amount
from apps.core.seldom import seldom
from apps.core.statements import rows_where
from apps.core.templatetags.portal import grouped
from apps.core.text import InvalidText, check_text
from apps.rails.calendars import Calendar
from apps.rails.contract import CutOffs, Limits, Rail
from apps.rails.registry import RAILS

LIMITS, CUT_OFFS, CLOSED_DAYS = "rail_limits", "cut_offs", "closed_days"
MOST_CUT_OFFS = 4
MOST_DAYS = 40
EMPTY_DAYS = 4
"""How many more days a form has room for."""

CALENDARS = {rail.capabilities.calendar.name: rail.capabilities.calendar for rail in RAILS.values()}


def rails_in_force() -> dict[str, Rail]:
    """
    Return every rail by name, with all that was published about it.

    One query. Each version counts from the day on which it begins, so that days ahead are planned by what holds then.
    """
    return seldom(SettingVersion, "rails", _rails_in_force)


def _rails_in_force():
    published = "WHERE status = 'published' AND kind = ANY(%s) ORDER BY begins_at, version"
    versions = rows_where(SettingVersion, published, [[LIMITS, CUT_OFFS, CLOSED_DAYS]])
    return {name: _under(rail, versions) for name, rail in RAILS.items()} if versions else RAILS


def calendar_in_force() -> Calendar:
    """Return the TARGET calendar with the closed days that were published, by one query."""
    return rails_in_force()["sepa_credit_transfer"].capabilities.calendar


def _under(rail, versions) -> Rail:
    """Return the rail under the versions that are about it, which come oldest first."""
    calendar = rail.capabilities.calendar
    limits, cut_offs, closed, about = {}, [], {}, {}
    for version in versions:
        if version.name in (rail.name, calendar.name):
            about[version.kind, version.currency] = represent_setting(version)
        since, content = calendar.day_of(version.begins_at), version.content
        if version.kind == CLOSED_DAYS and version.name == calendar.name:
            before = {day: why for day, why in closed.items() if day < since}
            said = {date.fromisoformat(day["on"]): day["why"] for day in content["days"]}
            closed = before | {day: why for day, why in said.items() if day >= since}
        elif version.kind == LIMITS and version.name == rail.name:
            one = Limits(content["minimum"], content["maximum"], since)
            limits[version.currency] = (*limits.get(version.currency, ()), one)
        elif version.kind == CUT_OFFS and version.name == rail.name:
            cut_offs.append(CutOffs(tuple(time.fromisoformat(text) for text in content["times"]), since))
    if not about:
        return rail
    return rail.under(
        replace(
            rail.capabilities,
            calendar=calendar.closed_also(closed) if closed else calendar,
            house_limits=limits,
            house_cut_offs=tuple(cut_offs),
            published=tuple(about.values()),
        )
    )


def represent_setting(version) -> dict:
    """Return by which version something was judged, as it is kept with it."""
    return {"id": version.public_id, "kind": version.kind, "version": version.version}


def _limit_faults(currency: str, name: str, content: dict) -> list[Fault]:
    scheme = RAILS[name].capabilities.limits_on(currency, None)
    if scheme is None:
        return [
            Fault("/currency", "currency-not-supported-by-rail", f"{RAILS[name].title} does not pay in {currency}.")
        ]
    if set(content) != {"minimum", "maximum"} or any(type(value) is not int for value in content.values()):
        return [Fault("", "limits-format", "Limits have a minimum and a maximum in minor units.")]
    if not scheme.minimum <= content["minimum"] <= content["maximum"] <= scheme.maximum:
        bounds = [grouped(bound, currency) for bound in (scheme.minimum, scheme.maximum)]
        detail = f"The smallest is not above the largest, and both are within {bounds[0]} and {bounds[1]} {currency}."
        return [Fault("/maximum", "limits-outside-scheme", detail)]
    return []


def _limit_lines(currency: str, content: dict) -> list[tuple[str, str]]:
    return [
        ("Smallest payment", f"{grouped(content['minimum'], currency)} {currency}"),
        ("Largest payment", f"{grouped(content['maximum'], currency)} {currency}"),
    ]


def _limit_form(currency: str, content: dict | None) -> list[list[Field]]:
    content = content or {}
    labels = {"minimum": "Smallest payment", "maximum": "Largest payment"}
    return [
        [Field(name, f"{label} ({currency})", _amount(content.get(name), currency)) for name, label in labels.items()]
    ]


def _read_limits(currency: str, form: dict) -> dict:
    faults = []
    content = {name: read_amount(form, name, currency, faults) for name in ("minimum", "maximum")}
    if faults:
        raise Invalid("The limits have faults.", errors=faults)
    return content


def read_amount(form, name, currency, faults, *, may_be_empty=False) -> int | None:
    """Return the minor units in an input of a form; a fault is added for what is no amount."""
    text = form.get(name, "").strip()
    if not text and may_be_empty:
        return None
    try:
        return parse_amount(text, currency)
    except InvalidAmount as error:
        faults.append(Fault(f"/{name}", error.code, f"{text or 'An empty amount'}: {error.detail}"))
        return None


def _cut_off_faults(currency: str, name: str, content: dict) -> list[Fault]:
    times = content.get("times") if isinstance(content, dict) else None
    if not isinstance(times, list) or not 1 <= len(times) <= MOST_CUT_OFFS:
        return [Fault("/times", "cut-offs-format", f"Give one to {MOST_CUT_OFFS} times of a day.")]
    if not all(isinstance(text, str) and _is_time(text) for text in times):
        return [Fault("/times", "cut-offs-format", "Write each time as 15:00.")]
    if sorted(set(times)) != times:
        return [Fault("/times", "cut-offs-order", "Each time is later than the one before.")]
    return []


def _is_time(text) -> bool:
    try:
        return f"{time.fromisoformat(text):%H:%M}" == text
    except ValueError:
        return False


def _cut_off_lines(currency: str, content: dict) -> list[tuple[str, str]]:
    return [(f"Time {number} (Berlin)", text) for number, text in enumerate(content["times"], 1)]


def _cut_off_form(currency: str, content: dict | None) -> list[list[Field]]:
    times = (content or {"times": []})["times"]
    times = [*times, *[""] * (MOST_CUT_OFFS - len(times))]
    return [[Field(f"time_{place}", f"Time {place + 1} (Berlin)", text, "time") for place, text in enumerate(times)]]


def _read_cut_offs(currency: str, form: dict) -> dict:
    texts = [form.get(f"time_{place}", "").strip()[:5] for place in range(MOST_CUT_OFFS)]
    return {"times": [text for text in texts if text]}


def _day_faults(currency: str, name: str, content: dict) -> list[Fault]:
    days = content.get("days") if isinstance(content, dict) else None
    if not isinstance(days, list) or len(days) > MOST_DAYS:
        return [Fault("/days", "days-format", f"Give at most {MOST_DAYS} days.")]
    faults, seen = [], set()
    for place, one in enumerate(days):
        try:
            day = date.fromisoformat(one["on"])
            check_text(one["why"], max_length=60)
        except (ValueError, KeyError, TypeError, InvalidText):
            faults.append(Fault(f"/days/{place}", "day-format", "Each closed day has a date and a short reason."))
            continue
        closed = "" if name not in CALENDARS else CALENDARS[name].closed_because(day)
        if closed:
            faults.append(Fault(f"/days/{place}", "closed-already", f"{day} is closed already: {closed}."))
        if day in seen:
            faults.append(Fault(f"/days/{place}", "day-twice", f"{day} is there twice."))
        seen.add(day)
    return faults


def _day_lines(currency: str, content: dict) -> list[tuple[str, str]]:
    return [(f"{date.fromisoformat(day['on']):%a %-d %b %Y}", f"closed: {day['why']}") for day in content["days"]]


def _day_form(currency: str, content: dict | None) -> list[list[Field]]:
    days = (content or {"days": []})["days"]
    rows = [*days, *[{"on": "", "why": ""}] * min(EMPTY_DAYS, MOST_DAYS - len(days))]
    return [
        [Field(f"day_{place}", "Closed on", day["on"], "date"), Field(f"why_{place}", "Because of", day["why"])]
        for place, day in enumerate(rows)
    ]


def _read_days(currency: str, form: dict) -> dict:
    places = [name.removeprefix("day_") for name in form if name.startswith("day_")]
    rows = [{"on": form[f"day_{place}"].strip(), "why": form.get(f"why_{place}", "").strip()} for place in places]
    return {"days": sorted((row for row in rows if row["on"] or row["why"]), key=lambda row: row["on"])}


def _amount(amount, currency) -> str:
    return "" if amount is None else format_amount(amount, currency)


SETTINGS = (
    SettingKind(
        kind=LIMITS,
        title="Limits of rails",
        about="The smallest and the largest payment that leaves by a rail. The scheme's own limits hold besides.",
        unsaid="The scheme's own limits",
        places=("name", "currency"),
        names={rail.name: rail.title for rail in RAILS.values()},
        name_label="Rail",
        faults=_limit_faults,
        lines=_limit_lines,
        form=_limit_form,
        read=_read_limits,
    ),
    SettingKind(
        kind=CUT_OFFS,
        title="Cut-offs",
        about="At which times of a banking day files leave for the bank. Payouts that are planned keep the cut-off they have.",
        unsaid="; ".join(
            f"{rail.title} at {' and '.join(f'{at:%H:%M}' for at in rail.capabilities.cut_offs)}"
            for rail in RAILS.values()
            if rail.capabilities.cut_offs
        ),
        places=("name",),
        names={rail.name: rail.title for rail in RAILS.values() if rail.capabilities.cut_offs},
        name_label="Rail",
        faults=_cut_off_faults,
        lines=_cut_off_lines,
        form=_cut_off_form,
        read=_read_cut_offs,
    ),
    SettingKind(
        kind=CLOSED_DAYS,
        title="Closed days",
        about="Days on which no payment is executed, besides the closing days that the calendar knows by itself.",
        unsaid="The calendar's own closing days",
        places=("name",),
        names={name: name for name, calendar in CALENDARS.items() if calendar.market},
        name_label="Calendar",
        faults=_day_faults,
        lines=_day_lines,
        form=_day_form,
        read=_read_days,
    ),
)
