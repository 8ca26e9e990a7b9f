"""What waits for approval, in which order, and what one should know of it. The number of queries is fixed."""

from datetime import timedelta

from django.db import connection
from django.db.models import Case, DecimalField, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Greatest
from django.db.models.lookups import Exact

from apps.approvals.models import Absence, Request, to_decide
from apps.approvals.people import approvers, present_approvers
from apps.core.database import statement
from apps.core.money import exponent
from apps.payouts.models import Hold, Payout
from apps.payouts.states import State
from apps.rails.models import BankAccount

ORDERS = {
    "urgency": ("Urgency", ("-urgency", "id")),
    "cut_off": ("Cut-off", (Func("cut_off_at", template="(%(expressions)s + interval '0')"), "-amount", "id")),
    "amount": ("Amount", ("-amount", "cut_off_at", "id")),
    "age": ("Age", ("approval__opened_at", "id")),
}
"""By title and order. Of cut-offs there is an index, which would lead through all payouts that were paid long ago."""
MOST_PAID = 200
"""How many payouts to one recipient are looked back at."""
MOST_WAITING = 10_000
"""How many of the payouts that wait are looked at for whether enough people are present, the oldest."""
LEAST_SECONDS = 900
"""What is younger, or nearer to its cut-off, counts as this: so nothing outweighs all by a moment."""


def awaiting_approval(*, person=None):
    """Return payouts that wait for approval; with `person`, those that they may decide."""
    requests = to_decide(person, "approval__") if person else Q(approval__status=Request.Status.OPEN)
    return Payout.objects.filter(requests, status=State.AWAITING_APPROVAL)


def first_to_decide(person):
    """Return the same as `awaiting_approval(person=person)`, for whoever wants a few of them: each is looked up by itself."""
    request = Request.objects.filter(to_decide(person), pk=OuterRef("approval_id")).values("status")[:1]
    waiting = Payout.objects.filter(status=State.AWAITING_APPROVAL)
    return waiting.filter(Exact(Subquery(request), Value(Request.Status.OPEN)))


def as_shown(payouts):
    """Load with payouts all that a queue shows of them."""
    return payouts.with_payees().prefetch_related("approval__decisions__person", "approval__decisions__void")


def first_in_order(payouts, order, now, most) -> list:
    """
    Return the first of what waits in one of `ORDERS`, with all that a queue shows.

    Urgency is money times age, divided by the time to the cut-off on the clock of the bank account. A cut-off that was
    missed counts as one that is near. Amounts of several currencies are compared in their main units.

    Thousands are put in order by what that takes, and only the first are read whole.
    """
    if order == "urgency":
        payouts = payouts.annotate(urgency=_urgency(now))
    ids = list(payouts.order_by(*ORDERS[order][1]).values_list("pk", flat=True)[:most])
    found = as_shown(Payout.objects.filter(pk__any_of=ids)).in_bulk()
    return [found[pk] for pk in ids if pk in found]


def _urgency(now):
    offsets = BankAccount.objects.exclude(clock_offset_seconds=0).values_list("pk", "clock_offset_seconds")
    clock = Case(
        *[When(bank_account=pk, then=Value(now + timedelta(seconds=ahead))) for pk, ahead in offsets],
        default=Value(now),
    )
    money = F("amount") / Case(
        *[When(currency=currency, then=Value(10 ** exponent(currency))) for currency in unusual_currencies()],
        default=Value(100),
    )
    age = Greatest(seconds_of(Value(now) - F("approval__opened_at")), Value(LEAST_SECONDS))
    left = Greatest(seconds_of(F("cut_off_at") - clock), Value(LEAST_SECONDS))
    numbers = DecimalField(max_digits=40, decimal_places=6)
    return ExpressionWrapper(Cast(money, numbers) * age / left, output_field=numbers)


def unusual_currencies() -> list[str]:
    """Return the currencies of our bank accounts whose main unit is not a hundred minor units."""
    currencies = BankAccount.objects.order_by().values_list("currency", flat=True).distinct()
    return [currency for currency in currencies if exponent(currency) != 2]


def seconds_of(interval):
    """Return an interval as a number, for the database to reckon with."""
    return Func(interval, template="extract(epoch FROM %(expressions)s)::numeric", output_field=DecimalField())


def paid_before(payouts) -> dict:
    """Return per recipient and currency what was paid: `count`, `median`, `largest`, `last_at`; of the last ones only."""
    pairs = sorted({(payout.recipient_id, payout.currency) for payout in payouts})
    recipients, currencies = zip(*pairs, strict=True) if pairs else ((), ())
    rows = _rows("paid_before.sql", recipients=list(recipients), currencies=list(currencies), most=MOST_PAID)
    return {(row["recipient_id"], row["currency"]): row for row in rows}


def compared(amount, history) -> str:
    """Say in words how an amount stands to what was paid before; empty: it is as usual."""
    if history is None:
        return "Never paid in this currency before"
    if amount > history["largest"]:
        return f"More than ever: {_times(amount, history['largest'])} the largest"
    if amount > 3 * history["median"]:
        return f"{_times(amount, history['median'])} the usual"
    return ""


def _times(amount, usual) -> str:
    tenths = amount * 10 // usual
    return f"{tenths // 10}.{tenths % 10} ×"


def held_by_people(now) -> list[dict]:
    """
    Return who could decide how much per currency and since when, the most first, with the absence of who is away.

    Holds of payouts come after.
    """
    names = {person.pk: person.name for person in approvers()}
    away = {absence.person_id: absence for absence in Absence.objects.at(now).select_related("delegate")}
    rows = [
        row | {"name": names[row["person_id"]], "absence": away.get(row["person_id"])}
        for row in _rows("held_by_approvers.sql", approvers=list(names))
    ]
    return sorted(rows, key=lambda row: (-row["amount"], row["name"]))


def stands_in_for(person, now) -> list:
    """Return the absences of approvers whom this person stands in for now."""
    return list(Absence.objects.at(now).filter(delegate=person, person__in=approvers()).select_related("person"))


def too_few_present(now) -> int:
    """Return for how many of the payouts that wait for approval too few people are present to decide them."""
    present = [person.pk for person in present_approvers(now)]
    return _rows("too_few_present.sql", present=present, most=MOST_WAITING)[0]["count"]


def held_by_holds(limit=100) -> list:
    """Return open holds with whom they keep waiting, the oldest first."""
    return list(Hold.objects.open().select_related("payout", "opened_by").order_by("opened_at")[:limit])


def _rows(name, **parameters) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(statement(__file__, name), parameters)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
