"""
The list of payouts, however many there are: what it can be asked, and how the newest that fit are found.

A list never counts and never leafs by number. It takes the newest rows that fit, and goes on from the last of them.
Where a question names several states, roads or meanings of a word, each is a *lane*: an index in the order of the list
answers it alone, and the newest of all lanes are what is shown. Asking for them at once would make the database read
and sort whatever fits, or walk through the whole table for the few that do.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models import BinaryField, Func, Prefetch, Q

from apps.core.ids import first_uuid7
from apps.payouts.models import Hold, Payout
from apps.payouts.queries import covered_by_open_stops
from apps.payouts.search import meanings
from apps.payouts.states import State
from apps.rails.registry import RAILS

SIZE = 50
CLOCKS_DIFFER = timedelta(hours=1)
"""How far the clock that made an id may be from the database's."""

TURNS = {
    "compliance": ("Compliance", (State.IN_REVIEW,)),
    "approvers": ("Approvers", (State.AWAITING_APPROVAL,)),
    "platform": ("The platform", (State.AWAITING_FUNDS,)),
    "portal": ("The portal", (State.SCHEDULED, State.SUBMITTING)),
    "bank": ("The bank", (State.SENT,)),
    "treasurers": ("Treasurers", (State.IN_DOUBT,)),
}
"""Whose turn it is, and in which states."""

TURN_OF = {state: title for title, states in TURNS.values() for state in states}


@dataclass
class Question:
    """What a list is asked: every field that is set narrows it. Days are whole days of UTC, both ends included."""

    text: str = ""
    states: list = field(default_factory=list)
    turn: str = ""
    partner: object = None
    rail: str = ""
    bank_account: object = None
    currency: str = ""
    least: int | None = None
    most: int | None = None
    created: tuple[date | None, date | None] = (None, None)
    cut_off: tuple[date | None, date | None] = (None, None)
    paid: tuple[date | None, date | None] = (None, None)
    kept: str = ""
    batch: object = None
    recipient: object = None

    @property
    def wanted_states(self) -> list[str]:
        """The states that are asked for, by name and by turn; none: any."""
        turns = TURNS[self.turn][1] if self.turn else ()
        if self.states and turns:
            return [state for state in self.states if state in turns] or ["none"]
        return list(self.states or turns)


@dataclass
class Found:
    """The rows of one page, newest first, and whether there are newer and older ones."""

    rows: list
    has_newer: bool
    has_older: bool
    notes: list[str]


def near(moment, *, before=False):
    """Return an id that is surely later than those of payouts created until the moment, or surely earlier."""
    return first_uuid7(moment - CLOCKS_DIFFER if before else moment + CLOCKS_DIFFER)


def find(question: Question, bank_accounts, *, before=None, after=None, size=SIZE) -> Found:
    """Return the newest payouts that answer the question, or those next to the id `before` or `after`."""
    payouts = _narrowed(Payout.objects.order_by(), question, bank_accounts)
    lanes, notes = _lanes(question, bank_accounts)
    if before:
        payouts = payouts.filter(pk__lt=before)
    if after:
        payouts = payouts.filter(pk__gt=after)
    order = "pk" if after else "-pk"
    ids = _first_of(payouts, lanes, order, size + 1)
    has_more, ids = len(ids) > size, ids[:size]
    rows = list(_for_a_list(Payout.objects.filter(pk__any_of=ids)).order_by("-pk")) if ids else []
    if after:
        return Found(rows, has_more, True, notes)
    return Found(rows, before is not None, has_more, notes)


def how_many() -> int:
    """Return about how many payouts there are: what the database last counted, without counting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'payouts_payout'::regclass")
        return cursor.fetchone()[0]


def _first_of(payouts, lanes, order, limit) -> list:
    """Return the first ids of all lanes together, each lane read through its own index."""
    first, *others = [
        payouts.filter(lane).order_by(_without_index(order) if is_sparse else order).values("pk")[:limit]
        for lane, is_sparse in lanes
    ]
    rows = first.union(*others).order_by(order)[:limit] if others else first
    return sorted((row["pk"] for row in rows), reverse=order == "-pk")


def _without_index(order):
    """Return the order of ids in a form that no index has: the few rows of a sparse lane are fetched by its own and sorted."""
    bytes_of_id = Func("pk", function="uuid_send", output_field=BinaryField())
    return bytes_of_id.desc() if order == "-pk" else bytes_of_id.asc()


def _lanes(question, bank_accounts):
    """Return conditions of which a row must meet one, each with whether few rows meet it; and notes about them."""
    if question.text:
        return meanings(question.text, {account.currency for account in bank_accounts})
    if question.kept == "stopped":
        return [(Q(), True)], []
    if question.wanted_states:
        return [(Q(status=state), False) for state in question.wanted_states], []
    if question.rail or question.bank_account or question.currency:
        roads = [
            Q(bank_account=account, rail=rail)
            for account in _accounts_asked_for(question, bank_accounts)
            for rail in ([question.rail] if question.rail else RAILS)
        ]
        return [(road, False) for road in roads] or [(Q(pk=None), False)], []
    return [(Q(), False)], []


def _accounts_asked_for(question, bank_accounts):
    """A payout leaves in the currency of its bank account, so a currency is the accounts that have it."""
    return [
        account
        for account in bank_accounts
        if question.bank_account in (None, account) and question.currency in ("", account.currency)
    ]


def _narrowed(payouts, question, bank_accounts):
    simple = {
        "partner": question.partner,
        "rail": question.rail,
        "bank_account": question.bank_account,
        "currency": question.currency,
        "batch": question.batch,
        "recipient": question.recipient,
        "amount__gte": question.least,
        "amount__lte": question.most,
        "status__in": question.wanted_states,
    }
    payouts = payouts.filter(**{name: value for name, value in simple.items() if value not in (None, "", [])})
    payouts = payouts.filter(_between("created_at", question.created), _between("cut_off_at", question.cut_off))
    first, last = _moments(question.created)
    if first:
        payouts = payouts.filter(pk__gte=near(first, before=True))
    if last:
        payouts = payouts.filter(pk__lt=near(last))
    if any(question.paid):
        payouts = payouts.filter(_between("status_at", question.paid), status=State.PAID)
    if question.kept == "held":
        payouts = payouts.filter(pk__in=Hold.objects.open().values("payout"))
    elif question.kept == "stopped":
        payouts = payouts.filter(covered_by_open_stops(), status__in=BEFORE_LEAVING)
    return payouts


BEFORE_LEAVING = (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED)


def _between(name, days) -> Q:
    first, last = _moments(days)
    return (Q((f"{name}__gte", first)) if first else Q()) & (Q((f"{name}__lt", last)) if last else Q())


def _moments(days):
    """Return when the first day begins and the last one ends."""
    first, last = days
    begin = first and datetime.combine(first, time.min, tzinfo=UTC)
    return begin, last and datetime.combine(last, time.min, tzinfo=UTC) + timedelta(days=1)


def _for_a_list(payouts):
    open_holds = Prefetch("holds", Hold.objects.open(), to_attr="open_holds")
    joined = payouts.select_related("partner", "bank_account", "batch", "recipient_version", "method_version")
    return joined.prefetch_related(open_holds)
