"""Which rail each new payout takes, from which bank account, and with which cut-off."""

from dataclasses import dataclass

from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.pricing.fees import price_of
from apps.rails import routing
from apps.rails.contract import Plan, Rail
from apps.rails.models import BankAccount
from apps.rails.terms import rails_in_force

_OURS = ("no-bank-account", "no-instant-access")
"""Faults of our own set-up, which nobody can mend by asking otherwise."""


@dataclass(frozen=True)
class Route:
    """The rail chosen for a payout, the bank account it leaves from, when, and every rail considered."""

    rail: Rail
    bank_account: BankAccount
    plan: Plan
    considered: list


def plan_routes(partner, drafts, payees, terms, quotes, now=None):
    """
    Return a route and a price (or None) per draft, and a fault for each payout that no rail can carry.

    `terms` are those under which the platform pays out, by rail and currency; a draft that has one of the `quotes`, by
    position, is priced by that. What a rail carries is what the bank is asked
    to pay: a fee that the recipient pays is not in it.

    Payouts alike in rail, currency, country and day share one look-up, so a batch costs what one payout costs. `now` is
    the database's clock, if it was asked lately.
    """
    bank_accounts, rails = BankAccount.objects.list_open_to(partner.mode, partner.pk), rails_in_force()
    routes, prices, faults, known = [], [], [], {}
    for position, (draft, payee) in enumerate(zip(drafts, payees, strict=True)):
        if not payee.has_account:
            routes.append(None)
            prices.append(None)
            continue
        key = (draft.rail, draft.currency, payee.country, draft.execute_on)
        if key not in known:
            known[key] = _route(partner.mode, bank_accounts, rails, *key, now)
        route = known[key]
        if isinstance(route, Route):
            price, found = _priced(route, draft, payee, terms, quotes.get(position))
        else:
            route, price, found = None, None, route
        routes.append(route)
        prices.append(price)
        faults += [_placed(fault, position, draft) for fault in found]
    return routes, prices, faults


def _route(mode, bank_accounts, rails, requested, currency, country, execute_on, now):
    """Return the route for payments of this kind, or the faults that leave none."""
    choice = routing.choose(requested, currency, country, mode, bank_accounts=bank_accounts, rails=rails)
    if choice.rail is None:
        return _telling(choice.faults)
    now = choice.bank_account.business_now(now)
    return Route(
        choice.rail,
        choice.bank_account,
        choice.rail.plan(now, choice.bank_account, execute_on),
        [_kept(considered, choice.rail) for considered in choice.considered],
    )


def _kept(considered, rail):
    """Return a rail that was considered as the payout keeps it; with the one taken, the settings it was judged by."""
    judged_by = (
        {"settings": list(rail.capabilities.published)} if considered.taken and rail.capabilities.published else {}
    )
    return considered.as_dict() | judged_by


def _telling(faults):
    """
    Leave out what only follows from another fault: that no other rail was asked for, or has a bank account or access.

    What several rails say of the same place is told once, in the words of the first.
    """
    told = [fault for fault in faults if fault.code == "unknown-rail"] or [
        fault for fault in faults if fault.code not in ("not-requested", *_OURS)
    ]
    told = told or [fault for fault in faults if fault.code in _OURS] or faults
    return list({(fault.pointer, fault.code): fault for fault in reversed(told)}.values())[::-1]


def _priced(route, draft, payee, terms, quote):
    """Return the price of a draft on its route, and what keeps it off at this price."""
    option = quote and quote.option(route.rail.name)
    if quote and option is None:
        detail = f"The quote has no price for {route.rail.title}, which would be taken now. Ask for another one."
        return price_of(draft.amount, {}), [Fault("/quote", "quote-does-not-fit", detail)]
    price = price_of(draft.amount, option["terms"] if option else terms.get((route.rail.name, draft.currency), {}))
    return price, _faults(route, draft, payee, price)


def _faults(route, draft, payee, price):
    if price.net <= 0:
        fee = f"{format_amount(price.fee, draft.currency)} {draft.currency}"
        detail = f"The recipient pays the fee out of the amount, and {fee} would leave nothing."
        return [Fault("/amount", "fee-takes-all", detail)]
    return route.rail.check(
        price.net,
        draft.currency,
        payee,
        reference=draft.reference,
        remittance=draft.description,
        on=route.plan.execute_on,
    )


def _placed(fault, position, draft):
    """Turn a rail's pointer (a payment of its own) into the caller's document."""
    pointer = {"/remittance": "/description"}.get(fault.pointer, fault.pointer)
    if pointer == "/method/holder_name" and draft.is_inline and not draft.recipient.method.holder_name:
        pointer = "/recipient/name"
    elif pointer == "/method/country" and draft.is_inline:
        pointer = "/recipient/method/iban"
    elif pointer.startswith("/method"):
        pointer = "/recipient" + pointer if draft.is_inline else "/recipient"
    return Fault(f"/{position}{pointer}", fault.code, fault.detail)


def replan(payouts) -> None:
    """Give payouts whose cut-off has passed while they waited the next one; set it in memory only."""
    clocks, plans, rails = {}, {}, None
    for payout in payouts:
        account = payout.bank_account
        if account.pk not in clocks:
            clocks[account.pk] = account.business_now()
        if payout.cut_off_at > clocks[account.pk]:
            continue
        rails = rails or rails_in_force()
        key = (account.pk, payout.rail, payout.execute_on)
        if key not in plans:
            plans[key] = rails[payout.rail].plan(clocks[account.pk], account, payout.execute_on)
        payout.cut_off_at = plans[key].cut_off_at
