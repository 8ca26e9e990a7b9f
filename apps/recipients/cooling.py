"""
How long the account of a recipient rests before money follows it.

A changed account rests. So does the first account of a new recipient who is a known one made again, or that somebody
tried to change another recipient to: else making a recipient again would be the way around.
"""

from datetime import timedelta

from apps import recipients
from apps.approvals.kinds import Field, SettingKind
from apps.approvals.models import settings_in_force
from apps.core.database import statement
from apps.core.errors import Fault, Invalid
from apps.core.statements import ask
from apps.recipients.models import index_of_account

KIND = "cooling_off"
HOURS = 24
"""For how long where nobody has published anything."""
MOST_HOURS = 30 * 24


def cooling_off(partner_id, now) -> timedelta:
    """Return how long changed accounts of a platform's recipients rest: by its own version, or else by that for every one."""
    found = settings_in_force(now, kinds=[KIND], partners=[partner_id], currencies=None)
    versions = sorted(found, key=lambda row: row.partner_id is None)
    return timedelta(hours=versions[0].content["hours"] if versions else HOURS)


def first_usable(partner_id, drafts, accounts, now, *, known=()) -> list:
    """
    Return per draft since when its first account may be paid to; None where it has no account.

    `accounts` are normalized (IBAN, BIC) or None. `known` are ids of recipients who are not compared: the drafts are theirs.
    The number of statements does not grow with the drafts.
    """
    usable = [now if account else None for account in accounts]
    places = [place for place, account in enumerate(accounts) if account]
    if not places:
        return usable
    values = {
        "accounts": [index_of_account(accounts[place][0]) for place in places],
        "names": [drafts[place].name for place in places],
        "born": [drafts[place].date_of_birth for place in places],
        "emails": [drafts[place].email for place in places],
        "partner": partner_id,
        "but": list(known),
        "now": now,
        "rested": now + cooling_off(partner_id, now),
    }
    for order, until in ask(statement(recipients.__file__, "resting.sql"), values):
        usable[places[order - 1]] = until
    return usable


def _faults(currency: str, name: str, content: dict) -> list[Fault]:
    hours = content.get("hours") if isinstance(content, dict) and set(content) == {"hours"} else None
    if type(hours) is not int or not 0 <= hours <= MOST_HOURS:
        return [Fault("/hours", "hours-format", f"Give whole hours from 0 to {MOST_HOURS}.")]
    return []


def _lines(currency: str, content: dict) -> list[tuple[str, str]]:
    hours = content["hours"]
    return [("Changed account details rest", f"{hours} hour{'' if hours == 1 else 's'}" if hours else "not at all")]


def _form(currency: str, content: dict | None) -> list[list[Field]]:
    hours = str((content or {"hours": HOURS})["hours"])
    return [[Field("hours", "For how many hours changed account details rest", hours, "number")]]


def _read(currency: str, form: dict) -> dict:
    text = form.get("hours", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_HOURS))):
        raise Invalid(errors=[Fault("/hours", "hours-format", f"Give whole hours from 0 to {MOST_HOURS}.")])
    return {"hours": int(text)}


COOLING_OFF = SettingKind(
    kind=KIND,
    title="Cooling-off of changed accounts",
    about="How long changed account details rest before money follows them. What rests already keeps its time.",
    unsaid=f"{HOURS} hours",
    places=("partner",),
    faults=_faults,
    lines=_lines,
    form=_form,
    read=_read,
)
