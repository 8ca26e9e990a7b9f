"""Approval policies: the kind of setting that says how many people must approve how much."""

from apps.approvals import bands as amount_bands
from apps.approvals.kinds import Field, SettingKind
from apps.approvals.people import check_chains
from apps.approvals.preview import preview
from apps.core.errors import Fault, Invalid
from apps.core.money import InvalidAmount, format_amount, parse_amount
from apps.core.templatetags.portal import grouped

KIND = "approval_policy"
MOST_DIGITS = 4
"""Of a number of approvers."""
ROWS = 6
"""How many bands a form has room for; more if there are more already."""


def faults(currency: str, name: str, content: dict) -> list[Fault]:
    """Return everything that is wrong with a policy."""
    if not isinstance(content, dict) or set(content) != {"bands"}:
        return [Fault("/bands", "bands-format", "A policy has bands, and nothing else.")]
    return amount_bands.faults(content["bands"])


def lines(currency: str, content: dict) -> list[tuple[str, str]]:
    """Return who must approve how much, in words."""
    said, below = [], None
    for band in content["bands"]:
        start = "Any amount" if below is None else f"More than {grouped(below, currency)} {currency}"
        if band["up_to"] is not None:
            end = f"{grouped(band['up_to'], currency)} {currency}"
            start = f"Up to {end}" if below is None else f"{start}, up to {end}"
        count = band["approvals"]
        people = {0: "nobody: approved by this policy alone", 1: "1 approver"}.get(
            count, f"{count} different approvers"
        )
        said.append((start, people))
        below = band["up_to"]
    return said


def align(before: dict, after: dict) -> tuple[dict, dict]:
    """Return two policies that say the same as before, with the same bands."""
    limits = {band["up_to"] for policy in (before, after) for band in policy["bands"]} - {None}

    def cut(policy):
        bands = [(limit, amount_bands.required_approvals(policy["bands"], limit)) for limit in sorted(limits)]
        bands.append((None, policy["bands"][-1]["approvals"]))
        return {"bands": [{"up_to": up_to, "approvals": approvals} for up_to, approvals in bands]}

    return cut(before), cut(after)


def form(currency: str, content: dict | None) -> list[list[Field]]:
    """Return the inputs of a policy: bands in ascending order, the last one for any larger amount."""
    bands = (content or {"bands": amount_bands.WITHOUT_POLICY})["bands"]
    rows, last = bands[:-1], bands[-1]
    rows = rows + [None] * max(0, ROWS - len(rows))
    inputs = [
        [
            Field(f"up_to_{place}", f"Up to and including ({currency})", _amount(band, currency)),
            Field(f"approvals_{place}", "Approvers", str(band["approvals"]) if band else "", "number"),
        ]
        for place, band in enumerate(rows)
    ]
    return [*inputs, [Field("approvals_rest", "Approvers for any larger amount", str(last["approvals"]), "number")]]


def read(currency: str, form: dict) -> dict:
    """
    Return the policy that a form says.

    :raises Invalid: naming every amount and number that is none.
    """
    bands, found = [], []
    places = [name.removeprefix("up_to_") for name in form if name.startswith("up_to_")]
    for place in places:
        amount, count = form[f"up_to_{place}"].strip(), form.get(f"approvals_{place}", "").strip()
        if not amount and not count:
            continue
        try:
            up_to = parse_amount(amount, currency)
        except InvalidAmount as error:
            found.append(Fault(f"/bands/{place}/up_to", error.code, f"{amount or 'An empty amount'}: {error.detail}"))
            continue
        bands.append({"up_to": up_to, "approvals": _count(count, f"/bands/{place}", found)})
    bands.append({"up_to": None, "approvals": _count(form.get("approvals_rest", ""), "/bands/rest", found)})
    if found:
        raise Invalid("The bands have faults.", errors=found)
    return {"bands": bands}


def _count(text, pointer, found) -> int:
    if text.strip().isdecimal() and text.strip().isascii() and len(text.strip()) <= MOST_DIGITS:
        return int(text)
    found.append(
        Fault(f"{pointer}/approvals", "approvals-format", "Write for each amount how many approvers it needs.")
    )
    return 0


def _amount(band, currency) -> str:
    return format_amount(band["up_to"], currency) if band else ""


APPROVAL_POLICY = SettingKind(
    kind=KIND,
    title="Approval policies",
    about="How many different people must approve a payout, by its amount. Payouts keep the version they were asked under.",
    unsaid="One approver for any amount",
    places=("partner", "currency"),
    faults=faults,
    lines=lines,
    form=form,
    read=read,
    align=align,
    check_people=check_chains,
    preview=preview,
    preview_template="admin/settings/policy_preview.html",
)
