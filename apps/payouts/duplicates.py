"""
Payouts that look like another one: the same amount to the same recipient or account, from one platform, within a few days.

That may be meant, so it is no error: such a payout is made, and held until a person has looked at both. For how many days
counts what people here have published.
"""

from collections import defaultdict
from datetime import datetime

from apps.approvals.kinds import Field, SettingKind
from apps.core.database import insert_rows, statement
from apps.core.errors import Fault, Invalid
from apps.core.ids import encode
from apps.core.statements import ask
from apps.payouts.models import Hold, Payout
from apps.payouts.states import UNPAID, State

KIND = "duplicates"
DAYS = 3
"""How many days back are looked at where nobody has published anything: what is paid each week is paid again as meant."""
MOST_DAYS = 90
MOST_NAMED = 3
"""How many of the payouts that one looks like are named, the newest."""


def alike(partner_id, parts, now: datetime) -> list[list[dict]]:
    """
    Return per part the payouts that it looks like, as `id` and `reference`, the newest first: those made, and parts before it.

    One statement, however many parts; they come in the order in which they are asked for. Parts that have no id yet are
    not named. Whoever makes payouts has locked the parts first.
    """
    days, made = _made(partner_id, parts, now)
    if not days:
        return [[] for _ in parts]
    found, before = [], defaultdict(dict)
    for part, known in zip(parts, made, strict=True):
        keys = [(*key, part.amount) for key in part.keys]
        here = {name: one for key in keys for name, one in before[key].items()}
        found.append([*(here[name] for name in sorted(here, reverse=True)), *known][:MOST_NAMED])
        if part.public_id:
            for key in keys:
                before[key] = dict(list(before[key].items())[1 - MOST_NAMED :])
                before[key][part.public_id] = {"id": part.public_id, "reference": part.reference}
    return found


def _made(partner_id, parts, now) -> tuple[int, list[list[dict]]]:
    """Return how many days are looked at (0: none), and per part the payouts made that it looks like."""
    days, found = 0, [[] for _ in parts]
    if not parts:
        return days, found
    values = {
        "recipients": [part.recipient for part in parts],
        "accounts": [part.account for part in parts],
        "currencies": [part.currency for part in parts],
        "amounts": [part.amount for part in parts],
        "partner": partner_id,
        "now": now,
        "days": DAYS,
        "unpaid": [*map(str, UNPAID), str(State.RETURNED)],
        "most": MOST_NAMED,
    }
    for place, days, pk, reference in ask(statement(__file__, "duplicates.sql"), values):  # noqa: B007  all say the same days
        if pk:
            found[place - 1].append({"id": encode(Payout.id_prefix, pk), "reference": reference})
    return days, found


def hold_duplicates(payouts, found) -> list:
    """Hold those of new payouts that look like others, `found` by public id, and return them."""
    held = [payout for payout in payouts if found.get(payout.public_id)]
    for payout in held:
        others = found[payout.public_id]
        reason = f"The same amount to the same recipient or account as {_listed(others)}"
        hold = Hold.make(payout_id=payout.pk, kind=Hold.Kind.DUPLICATE, reason=reason[:255], alike=others)
        payout.open_holds = [*payout.open_holds, hold]
    insert_rows((payout.open_holds[-1] for payout in held), wait=False)
    return held


def _listed(others) -> str:
    return ", ".join(other["reference"] for other in others)


def _faults(currency: str, name: str, content: dict) -> list[Fault]:
    days = content.get("days") if isinstance(content, dict) and set(content) == {"days"} else None
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        return [Fault("/days", "days-format", f"Give whole days from 0 to {MOST_DAYS}.")]
    return []


def _lines(currency: str, content: dict) -> list[tuple[str, str]]:
    days = content["days"]
    said = f"are held, as far as {days} day{'' if days == 1 else 's'} back" if days else "are not held"
    return [("Payouts that look like another one", said)]


def _form(currency: str, content: dict | None) -> list[list[Field]]:
    days = str((content or {"days": DAYS})["days"])
    return [[Field("days", "How many days back payouts are compared (0: not at all)", days, "number")]]


def _read(currency: str, form: dict) -> dict:
    text = form.get("days", "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_DAYS))):
        raise Invalid(errors=[Fault("/days", "days-format", f"Give whole days from 0 to {MOST_DAYS}.")])
    return {"days": int(text)}


DUPLICATES = SettingKind(
    kind=KIND,
    title="Likely duplicates",
    about="How many days back a payout is held that pays the same amount to the same recipient or account as another one.",
    unsaid=f"{DAYS} days",
    places=("partner",),
    faults=_faults,
    lines=_lines,
    form=_form,
    read=_read,
)
