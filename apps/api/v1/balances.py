from datetime import UTC, datetime, time, timedelta

from apps.api.doors import Door, endpoint
from apps.api.pagination import DEFAULT_LIMIT, PagedQuery, Query, listed, place_of
from apps.core.errors import Fault, Invalid
from apps.core.money import format_amount
from apps.core.shapes.fields import Choice, Currency, Date
from apps.ledger.models import Account
from apps.ledger.queries import balances, daily_balances, latest_entries, period_of

VIEW = "ledger.view_ledger"
KINDS = {"available": "funds", "reserved": "reserved", "returned": "returned", "blocked": "blocked"}
MOST_DAYS = 92

_BALANCE = Choice(
    *KINDS, help_text="Which of the balances; `available` unless said.", required=False, default="available"
)
_FIRST = Date("The first day, in UTC.")
_LAST = Date(f"The last day, in UTC; at most {MOST_DAYS} days.")


class Balances(Door):
    @endpoint("listBalances", "List balances", permission=VIEW, answer="BalanceList")
    def get(self, request, query):
        """One per currency, straight from the ledger. `available` is what new payouts can use."""
        held = balances(request.partner.public_id)
        return {
            "object": "list",
            "data": [_represent(currency, kinds) for currency, kinds in sorted(held.items())],
            "funding_reference": request.partner.funding_reference,
        }


class BalanceHistory(Door):
    @endpoint("listBalanceHistory", "Read the balances of past days", permission=VIEW, answer="BalanceHistory",
              query=Query(currency=Currency(), first=_FIRST, last=_LAST))  # fmt: skip
    def get(self, request, query):
        """What each balance was when a day (UTC) ended, the oldest day first; of today, what it is now."""
        first, last, currency = _days(query), query["last"], query["currency"]
        days = daily_balances(request.partner.public_id, currency, KINDS.values(), first, last)
        data = [{"day": day.isoformat(), **_amounts(currency, kinds)} for day, kinds in days]
        return {"object": "balance_history", "currency": currency, "data": data}


class BalanceEntries(Door):
    @endpoint("listBalanceEntries", "List what moved a balance", permission=VIEW, answer="BalanceEntryList",
              query=PagedQuery(currency=Currency(), balance=_BALANCE))  # fmt: skip
    def get(self, request, query):
        """Every change, the newest first, each with what was left after it. `subject` says which payout it is about."""
        account = _account(request.partner, query)
        if account is None:
            return listed(request, [], None)
        before, balance = place_of(request, query) or (None, None)
        limit = query["limit"] or DEFAULT_LIMIT
        found, more = latest_entries(account, before, limit, balance)
        place = [found[-1].pk, found[-1].balance - found[-1].change] if more else None
        return listed(request, [_entry(transfer) for transfer in found], place)


class LedgerStatement(Door):
    @endpoint("retrieveLedgerStatement", "Read the statement of a balance", permission=VIEW, answer="LedgerStatement",
              query=Query(currency=Currency(), balance=_BALANCE, first=_FIRST, last=_LAST))  # fmt: skip
    def get(self, request, query):
        """
        What a balance was before the first day and after the last, and by which kinds of moments it changed between: opening
        plus everything in, minus everything out, is closing. `GET /balance-entries` has the single ones.
        """
        first, last, currency = _days(query), query["last"], query["currency"]
        account = _account(request.partner, query)
        period = account and period_of(account, _midnight(first), _midnight(last + timedelta(days=1)))
        moments = [
            {
                "moment": moment,
                "count": count,
                "in": format_amount(came, currency),
                "out": format_amount(went, currency),
            }
            for moment, count, came, went in (period.moments if period else ())
        ]
        return {
            "object": "ledger_statement",
            "currency": currency,
            "balance": query["balance"],
            "first": first.isoformat(),
            "last": last.isoformat(),
            "opening": format_amount(period.opening if period else 0, currency),
            "closing": format_amount(period.closing if period else 0, currency),
            "moments": moments,
        }


def _account(partner, query):
    """Return the platform's account for the balance that is asked for, or None as long as it was never used."""
    kind = KINDS[query["balance"]]
    return Account.objects.filter(holder=partner.public_id, currency=query["currency"], kind=kind).first()


def _days(query):
    """
    Return the first day of a span that can be asked for.

    :raises Invalid: if it ends before it begins, is too long, or is nowhere near the present.
    """
    first, last = query["first"], query["last"]
    if not 2000 <= first.year <= 2999 or not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        detail = f"From the first day to the last, at most {MOST_DAYS} of them."
        raise Invalid("A query parameter has faults.", errors=[Fault("?last", "date-out-of-range", detail)])
    return first


def _midnight(day) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _entry(transfer) -> dict:
    return {
        "object": "balance_entry",
        "id": f"{transfer.journal.public_id}.{transfer.leg}",
        "moment": transfer.journal.moment,
        "subject": transfer.journal.subject or None,
        "change": format_amount(transfer.change, transfer.currency),
        "balance_after": format_amount(transfer.balance, transfer.currency),
        "currency": transfer.currency,
        "value_on": transfer.journal.value_on.isoformat(),
        "posted_at": transfer.journal.posted_at.isoformat(),
    }


def _represent(currency, kinds):
    return {"object": "balance", "currency": currency, **_amounts(currency, kinds)}


def _amounts(currency, kinds) -> dict:
    return {shown: format_amount(kinds.get(kind, 0), currency) for shown, kind in KINDS.items()}
