"""How money leaves: what each rail can do, on which days, and what would become of a payment that is asked for at a moment."""

from datetime import timedelta

from apps.api.doors import NOTHING_HERE, Door, endpoint
from apps.api.pagination import Query
from apps.core.errors import Fault, Invalid, NotFound
from apps.core.money import InvalidAmount, parse_amount
from apps.core.shapes.fields import Choice, Country, Currency, Date, Text, Timestamp
from apps.payouts.limits import headroom
from apps.rails.models import BankAccount
from apps.rails.registry import RAILS
from apps.rails.representation import represent_plan, represent_rail
from apps.rails.routing import AUTO, choose
from apps.rails.terms import rails_in_force

VIEW = "payouts.view_payout"
MOST_DAYS = 366


class Rails(Door):
    @endpoint("listRails", "List rails", permission=VIEW, answer="RailList")
    def get(self, request, query):
        """In the order in which `auto` tries them, with the limits, cut-offs and closed days that are in force."""
        today = _today(request.partner)
        return {"object": "list", "data": [represent_rail(rail, today) for rail in rails_in_force().values()]}


class OneRail(Door):
    @endpoint("retrieveRail", "Retrieve a rail", permission=VIEW, answer="Rail")
    def get(self, request, query, id):
        """What it can do, as dated facts with their sources."""
        return represent_rail(_rail(id), _today(request.partner))


class RailCalendar(Door):
    @endpoint("retrieveRailCalendar", "Read the calendar of a rail", permission=VIEW, answer="RailCalendar",
              query=Query(first=Date("The first day."), last=Date(f"The last day; at most {MOST_DAYS} days.")))  # fmt: skip
    def get(self, request, query, id):
        """Every day on which nothing is executed, each with its reason, and the cut-offs of the first day."""
        rail, first, last = _rail(id), query["first"], query["last"]
        if not 2000 <= first.year <= 2999 or not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            detail = f"From the first day to the last, at most {MOST_DAYS} of them."
            raise Invalid("A query parameter has faults.", errors=[Fault("?last", "date-out-of-range", detail)])
        calendar = rail.capabilities.calendar
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        closed = [{"day": day.isoformat(), "reason": why} for day in days if (why := calendar.closed_because(day))]
        return {
            "object": "rail_calendar",
            "rail": rail.name,
            "calendar": calendar.name,
            "zone": calendar.zone.key,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "closed": closed,
            "cut_offs": [f"{at:%H:%M}" for at in rail.capabilities.cut_offs_on(first)],
        }


class WhatIf(Door):
    @endpoint("previewRoute", "Ask what would become of a payment", permission=VIEW, answer="RoutePreview",
              query=Query(
                  currency=Currency(),
                  country=Country("Of the account that is paid to."),
                  amount=Text("As in a payout, `125.50`; without it no amount is judged.", max_length=20, required=False),
                  rail=Choice(AUTO, *RAILS, help_text="`auto` unless said.", required=False, default=AUTO),
                  at=Timestamp("When it is asked for; now unless said.", required=False),
                  execute_on=Date("As in a payout.", required=False),
              ))  # fmt: skip
    def get(self, request, query):
        """
        Which rail would be taken, why the others would not, and when the money would leave and arrive: with the cut-off that
        counts and every reason for a later day. Recipient, balance and approvals are not judged. At a sandbox bank the time
        is that of its clock.
        """
        amount = _amount(query)
        accounts, rails = list(BankAccount.objects.open_to(request.partner.mode, request.partner.pk)), rails_in_force()
        payer = next((one for one in accounts if one.mode == request.partner.mode), None)
        at = query["at"] or (payer.business_now() if payer else None)
        choice = choose(
            query["rail"], query["currency"], query["country"], request.partner.mode,
            amount=amount, on=query["execute_on"], bank_accounts=accounts, rails=rails,
        )  # fmt: skip
        plan = choice.rail and choice.rail.plan(at, choice.bank_account, query["execute_on"])
        return {
            "object": "route_preview",
            "at": at.isoformat() if at else None,
            "rail": choice.rail.name if choice.rail else None,
            "plan": represent_plan(plan, choice.rail) if plan else None,
            "considered": [one.as_dict() for one in choice.considered],
        }


class Limits(Door):
    @endpoint("listLimits", "Read your limits", permission=VIEW, answer="LimitList")
    def get(self, request, query):
        """What the house lets you pay, per currency: at most at once, in any 24 hours, and what is left of that now."""
        return {"object": "list", "data": headroom(request.partner)}


def _rail(name):
    rail = rails_in_force().get(name)
    if rail is None:
        raise NotFound(NOTHING_HERE)
    return rail


def _today(partner):
    """Return today at the bank that the platform's payouts leave from, or None if there is none."""
    account = BankAccount.objects.open_to(partner.mode, partner.pk).first()
    return account.business_today() if account else None


def _amount(query) -> int | None:
    if query["amount"] is None:
        return None
    try:
        return parse_amount(query["amount"], query["currency"])
    except InvalidAmount as error:
        fault = Fault("?amount", error.code, error.detail)
        raise Invalid("A query parameter has faults.", errors=[fault]) from None
