"""Which reviews come first: by what waits for them, how long, and until when they should be decided."""

from contextlib import suppress

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest

from apps.compliance.models import Review
from apps.compliance.queries import as_listed
from apps.core.ids import NotAnId, decode
from apps.core.money import exponent
from apps.payouts.approving import LEAST_SECONDS, seconds_of, unusual_currencies
from apps.payouts.states import State

NUMBERS = DecimalField(max_digits=40, decimal_places=6)
ORDERS = {
    "urgency": ("Urgency", ("-urgency", "due_at", "id")),
    "deadline": ("Deadline", ("due_at", "id")),
    "amount": ("Amount", ("-money", "due_at", "id")),
    "age": ("Age", ("opened_at", "id")),
}
"""Orders by name: their title, and what they sort by."""

SHOWN = {
    "": "All open",
    "mine": "Mine",
    "free": "Nobody's",
    "proposed": "With a proposal",
    "asked": "Platform asked",
}


def open_reviews(shown, order, person, now, most) -> list:
    """
    Return the first open reviews in one of `ORDERS`, with all that a queue shows.

    Urgency is money times age, divided by the time left; what is late, or without money, counts as near, or as little.
    """
    reviews = _narrowed(Review.objects.open(), shown, person).annotate(money=_money())
    least = Value(LEAST_SECONDS, output_field=NUMBERS)
    age = Greatest(seconds_of(Value(now) - F("opened_at")), least, output_field=NUMBERS)
    left = Greatest(seconds_of(F("due_at") - Value(now)), least, output_field=NUMBERS)
    money = Greatest(F("money"), Value(1, output_field=NUMBERS), output_field=NUMBERS)
    reviews = reviews.annotate(urgency=ExpressionWrapper(money * age / left, output_field=NUMBERS))
    ids = list(reviews.order_by(*ORDERS[order][1]).values_list("pk", flat=True)[:most])
    found = as_listed(Review.objects.filter(pk__any_of=ids)).in_bulk()
    return [found[pk] for pk in ids if pk in found]


def decided_reviews(before, most) -> list:
    """Return decided reviews, those opened last first, after the one with the public id `before`."""
    decided = as_listed(Review.objects.exclude(status=Review.Status.OPEN)).order_by("-pk")
    with suppress(NotAnId):
        decided = decided.filter(pk__lt=decode(Review.id_prefix, before))
    return list(decided[:most])


def _narrowed(reviews, shown, person):
    if shown == "mine":
        return reviews.filter(assignee=person)
    if shown == "free":
        return reviews.filter(assignee=None)
    if shown == "proposed":
        return reviews.exclude(proposed_decision="")
    if shown == "asked":
        return reviews.filter(information_due_at__isnull=False)
    return reviews


def _money():
    """Return what waits for a review in main units, whatever the currency: for an order, and never for a sum."""
    parts = Case(
        *[When(payouts__currency=currency, then=Value(10 ** exponent(currency))) for currency in unusual_currencies()],
        default=Value(100),
        output_field=NUMBERS,
    )
    main_units = ExpressionWrapper(Cast(F("payouts__amount"), NUMBERS) / parts, output_field=NUMBERS)
    waits = Q(payouts__status__in=[State.IN_REVIEW, State.SCHEDULED])
    return Coalesce(Sum(main_units, filter=waits), Value(0, output_field=NUMBERS), output_field=NUMBERS)
