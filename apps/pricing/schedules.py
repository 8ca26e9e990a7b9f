"""
Fee schedules: the kind of setting that says what payouts of a rail and currency cost, and who pays it.

A platform has its own schedule or falls under the one for every platform; without any, payouts cost nothing. What is priced
keeps the terms it was priced by.
"""

import re
from datetime import datetime

from apps.approvals.kinds import Choice, Field, SettingKind
from apps.approvals.models import settings_in_force
from apps.core.errors import Fault, Invalid
from apps.core.money import MAX_AMOUNT, format_amount
from apps.core.templatetags.portal import grouped
from apps.pricing.fees import PLATFORM, RECIPIENT, WHOLE, percent
from apps.rails.registry import RAILS
from apps.rails.terms import read_amount, represent_setting

KIND = "fees"
PAYERS = {PLATFORM: "the platform, on top of the amount", RECIPIENT: "the recipient, out of the amount"}
RETURNS = {True: "given back", False: "kept"}
_AMOUNTS = {"fixed": "Fixed amount", "minimum": "At least", "maximum": "At most"}
_MEMBERS = {*_AMOUNTS, "basis_points", "paid_by", "refunded_on_return"}
_PERCENTAGE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", re.ASCII)


def terms_in_force(partner, currencies, now: datetime) -> dict[tuple[str, str], dict]:
    """
    Return the terms under which a platform pays out now, by rail and currency, by one query.

    They are its own schedule or else the one for every platform, with `setting`: which version they are.
    """
    found = settings_in_force(now, kinds=[KIND], partners=[partner.pk], currencies=currencies)
    chosen = {}
    for version in sorted(found, key=lambda row: row.partner_id is None):
        chosen.setdefault((version.name, version.currency), terms_of(version))
    return chosen


def terms_of(version) -> dict:
    """Return what a version says, as it is kept with what was priced by it."""
    return version.content | {"setting": represent_setting(version)}


def lines(currency: str, content: dict) -> list[tuple[str, str]]:
    """Return a schedule in words."""
    parts = [f"{grouped(content['fixed'], currency)} {currency}"] if content["fixed"] else []
    parts += [f"{percent(content['basis_points'])} of the amount"] if content["basis_points"] else []
    said = [("Fee", " + ".join(parts) or "nothing")]
    said += [
        (_AMOUNTS[name], f"{grouped(content[name], currency)} {currency}")
        for name in ("minimum", "maximum")
        if content[name] is not None
    ]
    return [*said, ("Paid by", PAYERS[content["paid_by"]]), ("After a return", RETURNS[content["refunded_on_return"]])]


def _faults(currency: str, name: str, content: dict) -> list[Fault]:
    if RAILS[name].capabilities.limits_on(currency, None) is None:
        detail = f"{RAILS[name].title} does not pay in {currency}."
        return [Fault("/currency", "currency-not-supported-by-rail", detail)]
    if not isinstance(content, dict) or set(content) != _MEMBERS:
        return [Fault("", "fees-format", f"A schedule has {', '.join(sorted(_MEMBERS))}, and nothing else.")]
    faults = [
        Fault(f"/{one}", "fees-format", "Give an amount in minor units that is not below zero.")
        for one in _AMOUNTS
        if not _is_amount(content[one], may_be_none=one != "fixed")
    ]
    if type(content["basis_points"]) is not int or not 0 <= content["basis_points"] <= WHOLE:
        faults.append(Fault("/basis_points", "fees-format", "Give a percentage from 0 to 100."))
    if content["paid_by"] not in PAYERS:
        faults.append(Fault("/paid_by", "fees-format", "Either the platform pays the fee or the recipient."))
    if type(content["refunded_on_return"]) is not bool:
        faults.append(Fault("/refunded_on_return", "fees-format", "The fee of what comes back is given back or kept."))
    if not faults and None not in (content["minimum"], content["maximum"]) and content["minimum"] > content["maximum"]:
        faults.append(Fault("/minimum", "fees-order", "The minimum is not above the maximum."))
    return faults


def _is_amount(value, *, may_be_none) -> bool:
    return (value is None and may_be_none) or (type(value) is int and 0 <= value <= MAX_AMOUNT)


def _form(currency: str, content: dict | None) -> list[list[Field]]:
    known = content or {"basis_points": 0, "paid_by": PLATFORM, "refunded_on_return": True}
    amounts = {name: known.get(name) for name in _AMOUNTS}
    fixed, minimum, maximum = (
        Field(
            name, f"{label} ({currency}; empty: none)", format_amount(amounts[name], currency) if amounts[name] else ""
        )
        for name, label in _AMOUNTS.items()
    )
    share = percent(known["basis_points"]).removesuffix(" %") if known["basis_points"] else ""
    returned = "yes" if known["refunded_on_return"] else "no"
    return [
        [fixed, Field("percentage", "Percentage of the amount, such as 1.25 (empty: none)", share)],
        [minimum, maximum],
        [
            Choice("paid_by", "Paid by", known["paid_by"], choices=tuple(PAYERS.items())),
            Choice("returned", "After a return it is", returned, choices=(("yes", RETURNS[True]), ("no", RETURNS[False]))),
        ],
    ]  # fmt: skip


def _read(currency: str, form: dict) -> dict:
    faults = []
    content = {name: _read_amount(form, name, currency, faults) for name in _AMOUNTS}
    share = _PERCENTAGE.fullmatch(form.get("percentage", "").strip() or "0")
    if share is None:
        faults.append(
            Fault("/percentage", "percentage-format", "Write the percentage as 1.25, with up to two decimals.")
        )
    if form.get("returned") not in ("yes", "no"):
        faults.append(Fault("/returned", "fees-format", "Say whether the fee of what comes back is given back."))
    if faults:
        raise Invalid("The fees have faults.", errors=faults)
    return content | {
        "fixed": content["fixed"] or 0,
        "basis_points": int(share[1]) * 100 + int((share[2] or "").ljust(2, "0")),
        "paid_by": form.get("paid_by", ""),
        "refunded_on_return": form["returned"] == "yes",
    }


def _read_amount(form, name, currency, faults) -> int | None:
    """Return the minor units in an input; nothing and zero are None, for which no fault is added."""
    if not form.get(name, "").strip().strip("0."):
        return None
    return read_amount(form, name, currency, faults)


FEES = SettingKind(
    kind=KIND,
    title="Fees",
    about="What a payout costs by its rail and currency, who pays it, and what becomes of it when the money comes back."
    " Payouts keep the version they were priced by.",
    unsaid="No fee",
    places=("partner", "name", "currency"),
    names={rail.name: rail.title for rail in RAILS.values()},
    name_label="Rail",
    faults=_faults,
    lines=lines,
    form=_form,
    read=_read,
)
