"""
Choosing the rail for a payment.

Every rail is considered, and for every rail is recorded why it was taken or not, so that "why did this go that way?" has
an answer later. Of the rails that can, the first in the registry is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.core.errors import Fault
from apps.rails.contract import Rail
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Considered:
    """One rail that was looked at; `faults` says what kept it from being taken, and is empty for those that can."""

    rail: str
    taken: bool
    faults: tuple[Fault, ...]
    note: str = ""

    def as_dict(self) -> dict:
        """Return this as it is stored and shown."""
        reasons = [{"code": fault.code, "detail": fault.detail} for fault in self.faults]
        return {"rail": self.rail, "taken": self.taken, "reasons": reasons, "note": self.note}


@dataclass(frozen=True, slots=True)
class Choice:
    """The rail and bank account that were chosen, or None and None, with everything that was considered."""

    rail: Rail | None
    bank_account: BankAccount | None
    considered: tuple[Considered, ...]

    @property
    def faults(self) -> list[Fault]:
        """Why nothing was chosen, each fault once; empty if something was."""
        if self.rail:
            return []
        return list(dict.fromkeys(fault for one in self.considered for fault in one.faults))


def choose(
    requested: str,
    currency: str,
    country: str,
    mode: str,
    *,
    amount: int | None = None,
    on: date | None = None,
    partner_id=None,
    bank_accounts: Sequence[BankAccount] | None = None,
    rails: dict[str, Rail] | None = None,
) -> Choice:
    """
    Choose the rail for a payment in a currency to an account in a country.

    `requested` is a rail's name or ``"auto"``. `bank_accounts` are those that may pay, the first of a currency pays;
    without them those open to the platform are loaded, which costs a query, so whoever chooses for many payments loads
    `BankAccount.objects.open_to(…)` once. `rails` are those in force; without them rails are what their schemes say.
    """
    if bank_accounts is None:
        bank_accounts = list(BankAccount.objects.open_to(mode, partner_id))
    payer = next((one for one in bank_accounts if (one.mode, one.currency) == (mode, currency)), None)
    chosen, considered = None, []
    if requested != AUTO and requested not in RAILS:
        known = ", ".join((AUTO, *RAILS))
        unknown = Fault("/rail", "unknown-rail", f"There is no rail {requested}. Use one of {known}.")
        considered.append(Considered(requested, False, (unknown,)))
    for rail in (rails or RAILS).values():
        faults, note = [], ""
        if requested not in (AUTO, rail.name):
            faults.append(Fault("/rail", "not-requested", f"{rail.title} was not asked for."))
        else:
            faults += rail.check_reach(amount, currency, country, on=on)
            faults += _check_payer(rail, payer, mode, currency)
        if not faults and chosen is None:
            chosen, note = rail, "asked for" if requested == rail.name else "first of those that can"
        elif not faults:
            note = "can, but comes later"
        considered.append(Considered(rail.name, rail is chosen, tuple(faults), note))
    return Choice(chosen, payer if chosen else None, tuple(considered))


def _check_payer(rail: Rail, payer: BankAccount | None, mode: str, currency: str) -> list[Fault]:
    if payer is None:
        detail = f"There is no {mode} bank account in {currency} to pay from."
        return [Fault("/currency", "no-bank-account", detail)]
    return rail.check_access(payer)
