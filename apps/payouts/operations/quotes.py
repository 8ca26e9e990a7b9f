"""Quotes: what a payout would cost and when it would arrive, on each rail; and payouts at a price that was quoted."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Fault, Invalid
from apps.core.permissions import author_of, require_permission
from apps.events import operations as events
from apps.partners.models import Partner
from apps.payouts.errors import CannotCreate
from apps.payouts.models import Payout
from apps.payouts.quotes import represent_quote
from apps.pricing.fees import price_of
from apps.pricing.models import LASTS, Quote
from apps.pricing.schedules import terms_in_force
from apps.rails import routing
from apps.rails.models import BankAccount
from apps.rails.terms import rails_in_force
from apps.recipients import operations as recipients


@dataclass(frozen=True)
class QuoteDraft:
    """What is to be priced: an amount in minor units, to a recipient (and one of their methods) or to a country."""

    amount: int
    currency: str
    recipient: UUID | None = None
    method: UUID | None = None
    country: str | None = None
    rail: str = routing.AUTO
    execute_on: date | None = None


@transaction.atomic
def create_quote(partner_id, draft: QuoteDraft, *, by) -> Quote:
    """
    Say what a payout would cost on each rail and when it would arrive; for a while one may be made at that price.

    :raises PermissionDenied: if `by` may not create payouts.
    :raises CannotCreate: if the platform is suspended.
    :raises Invalid: naming what is wrong with the recipient or the country.
    """
    require_permission(by, "payouts.create_payout")
    partner = Partner.objects.get(pk=partner_id)
    if partner.status != "active":
        raise CannotCreate("The platform is suspended.")
    account, country = _account(partner_id, draft)
    now = database_now()
    quote = Quote.objects.create(
        partner=partner,
        amount=draft.amount,
        currency=draft.currency,
        country=country,
        recipient=draft.recipient,
        method=account and account.method_id,
        rail=draft.rail,
        execute_on=draft.execute_on,
        options=_options(partner, draft, account, country, terms_in_force(partner, {draft.currency}, now)),
        created_by=author_of(by),
        created_at=now,
        expires_at=now + LASTS,
    )
    events.record("quote.created", [events.Fact(quote.public_id, partner_id, represent_quote(quote, now), {})], by=by)
    return quote


def _account(partner_id, draft):
    """
    Return the version of the recipient's method that would be paid (None without a recipient), and its country.

    :raises Invalid: if there is no such recipient or method, or neither recipient nor country is said, or both.
    """
    if (draft.recipient is None) == (draft.country is None):
        raise Invalid(
            errors=[Fault("/recipient", "recipient-or-country", "Name a recipient, or a country: one of both.")]
        )
    if draft.recipient is None:
        if draft.method is not None:
            raise Invalid(errors=[Fault("/method", "method-of-nobody", "A method is named with its recipient.")])
        return None, draft.country
    known = recipients.payees(partner_id, {draft.recipient})
    if draft.recipient not in known:
        raise Invalid(errors=[Fault("/recipient", "unknown-recipient", "No recipient has this id.")])
    recipient, _, methods = known[draft.recipient]
    account = methods.get(draft.method) if draft.method else next(iter(methods.values()), None)
    if recipient.status != "active":
        raise Invalid(errors=[Fault("/recipient", "recipient-retired", "The recipient is retired.")])
    if account is None and draft.method:
        raise Invalid(errors=[Fault("/method", "unknown-method", "The recipient has no such method.")])
    if account is None:
        raise Invalid(errors=[Fault("/recipient", "no-method", "The recipient has no payout method yet.")])
    return account, account.country


def _options(partner, draft, account, country, terms) -> list[dict]:
    bank_accounts, rails = list(BankAccount.objects.open_to(partner.mode, partner.pk)), rails_in_force()
    choice = routing.choose(draft.rail, draft.currency, country, partner.mode, bank_accounts=bank_accounts, rails=rails)
    payer = next((one for one in bank_accounts if one.currency == draft.currency), None)
    options = []
    for considered in choice.considered:
        if considered.faults:
            options.append({"rail": considered.rail, "reasons": _reasons(considered.faults)})
            continue
        rail = rails[considered.rail]
        plan = rail.plan(payer.business_now(), payer, draft.execute_on)
        price = price_of(draft.amount, terms.get((rail.name, draft.currency), {}))
        option = {
            "rail": rail.name,
            "reasons": _reasons(_faults(rail, draft, account, country, price, plan)),
            "terms": price.terms,
            "cut_off_at": plan.cut_off_at.isoformat() if rail.family == "file" else None,
            "execute_on": plan.execute_on.isoformat(),
            "arrives_on": plan.expected_settlement_on.isoformat(),
        }
        options.append(option)
    return options


def _faults(rail, draft, account, country, price, plan) -> list[Fault]:
    """Return what keeps a payment at this price off a rail."""
    if price.net <= 0:
        return [Fault("/amount", "fee-takes-all", "The recipient pays the fee, and it would leave nothing.")]
    if account is None:
        return rail.check_reach(price.net, draft.currency, country, on=plan.execute_on)
    return rail.check(price.net, draft.currency, account, on=plan.execute_on)


def _reasons(faults) -> list[dict]:
    return [{"code": fault.code, "detail": fault.detail} for fault in faults]


def quotes_of(partner, drafts, payees) -> tuple[dict[int, Quote], list[Fault]]:
    """
    Return the quotes that drafts name, by position, and a fault for each that does not fit its draft any more.

    Two queries if any draft names one, else none. Which rail is taken is known later: see `Quote.option`.
    """
    asked = {position: draft.quote for position, draft in enumerate(drafts) if draft.quote}
    if not asked:
        return {}, []
    found = Quote.objects.filter(partner=partner).in_bulk(set(asked.values()))
    used = set(Payout.objects.filter(quote__any_of=list(found)).values_list("quote_id", flat=True))
    now, quotes, faults = database_now(), {}, []
    for position, quote_id in asked.items():
        quote = found.get(quote_id)
        problem = _problem(quote, drafts[position], payees[position], now, used)
        if problem:
            faults.append(Fault(f"/{position}/quote", *problem))
        else:
            quotes[position] = quote
            used.add(quote_id)
    return quotes, faults


def _problem(quote, draft, payee, now, used) -> tuple[str, str] | None:
    """Return the code and the words of why a draft cannot have the price of a quote, or None if it can."""
    if quote is None:
        return "unknown-quote", "No quote has this id."
    if quote.pk in used:
        return "quote-used", "Another payout has this quote; each is for one payout."
    if quote.expires_at <= now:
        return (
            "quote-expired",
            f"The quote has expired at {quote.expires_at:%Y-%m-%d %H:%M:%S} UTC. Ask for another one.",
        )
    differing = [name for name in ("amount", "currency", "execute_on") if getattr(quote, name) != getattr(draft, name)]
    if quote.recipient and draft.recipient != quote.recipient:
        differing.append("recipient")
    elif quote.method and payee.method_version and payee.method_version.method_id != quote.method:
        differing.append("method")
    elif payee.has_account and payee.country != quote.country:
        differing.append("country of the account")
    if differing:
        return "quote-does-not-fit", f"The quote is for another {', '.join(differing)}."
    return None
