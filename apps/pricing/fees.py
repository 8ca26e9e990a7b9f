"""
What a payment costs, to the minor unit.

    {"fixed": 50, "basis_points": 125, "minimum": 60, "maximum": 1000, "paid_by": "platform", "refunded_on_return": true}

The percentage of the amount is rounded to whole minor units, half to even (0.5 becomes 0, 1.5 becomes 2), so that over
many payments nobody gains by rounding. Then the fixed amount is added, and the sum is brought between minimum and maximum,
which may be None. `pricing_fee` in `sql/fees.sql` is the same rule in the database, which compares.
"""

from dataclasses import dataclass, field

from apps.core.money import format_amount
from apps.core.templatetags.portal import grouped

WHOLE = 10_000
"""Basis points of the whole amount."""

PLATFORM, RECIPIENT = "platform", "recipient"


@dataclass(frozen=True, slots=True)
class Price:
    """
    What one payment of an amount costs, all in minor units. `terms` are the schedule's, empty if there is none.

    The platform pays a fee on top of the amount; a recipient pays it out of the amount.
    """

    amount: int
    fee: int = 0
    terms: dict = field(default_factory=dict)

    @property
    def paid_by(self) -> str:
        return self.terms.get("paid_by", "")

    @property
    def total(self) -> int:
        """What the platform's balance is charged."""
        return self.amount + self.fee if self.paid_by == PLATFORM else self.amount

    @property
    def net(self) -> int:
        """What the bank is asked to pay; not above zero if the fee takes all."""
        return self.amount - self.fee if self.paid_by == RECIPIENT else self.amount


def price_of(amount: int, terms: dict) -> Price:
    """Return what a payment costs under the terms of a schedule; without any it costs nothing."""
    return Price(amount, fee_of(amount, terms), terms) if terms else Price(amount)


def fee_of(amount: int, terms: dict) -> int:
    """Return the fee for an amount, in minor units."""
    return sum(part for _, part in parts_of(amount, terms))


def parts_of(amount: int, terms: dict) -> list[tuple[str, int]]:
    """
    Return what a fee is made of: fixed, percentage, and what minimum or maximum add to it or take off.

    Parts of nothing are left out; the others sum to the fee.
    """
    fixed, share = terms["fixed"], share_of(amount, terms["basis_points"])
    parts, fee = [("fixed", fixed), ("percentage", share)], fixed + share
    if terms["minimum"] is not None and fee < terms["minimum"]:
        parts.append(("minimum", terms["minimum"] - fee))
    elif terms["maximum"] is not None and fee > terms["maximum"]:
        parts.append(("maximum", terms["maximum"] - fee))
    return [(kind, part) for kind, part in parts if part]


def share_of(amount: int, basis_points: int) -> int:
    """Return so many ten-thousandths of an amount above zero, rounded half to even."""
    share, rest = divmod(amount * basis_points, WHOLE)
    return share + (2 * rest > WHOLE or (2 * rest == WHOLE and share % 2))


def explain_parts(amount: int, currency: str, terms: dict) -> list[dict]:
    """Return what a fee is made of as it is shown: `type`, signed `amount` and `explanation`; the amounts sum to it."""
    sentences = {
        "fixed": "for each payout",
        "percentage": f"{percent(terms['basis_points'])} of {grouped(amount, currency)} {currency}",
        "minimum": f"up to the minimum of {_said(terms['minimum'], currency)}",
        "maximum": f"down to the maximum of {_said(terms['maximum'], currency)}",
    }
    return [
        {"type": kind, "amount": format_amount(part, currency), "explanation": sentences[kind]}
        for kind, part in parts_of(amount, terms)
    ]


def percent(basis_points: int) -> str:
    """Return basis points as a percentage: 125 is 1.25 %."""
    whole, hundredths = divmod(basis_points, 100)
    decimals = f".{hundredths:02d}".rstrip("0") if hundredths else ""
    return f"{whole}{decimals} %"


def _said(amount, currency) -> str:
    return "" if amount is None else f"{grouped(amount, currency)} {currency}"
