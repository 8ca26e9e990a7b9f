"""What people look at before they act on payouts. Each takes a number of queries that does not grow with the rows."""

from collections import defaultdict
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum
from django.db.models.functions import Abs

from apps.core.ids import decode
from apps.events.models import Delivery
from apps.ledger.models import Entry
from apps.payouts.models import Attempt, Batch, Payout
from apps.payouts.states import State
from apps.rails.models import PaymentFile, ReportItem, Stop
from apps.users.models import User


def attempts_of(payout) -> list:
    """Return the attempts of a payout, oldest first, each with its calls and what reports said of it as `answers`."""
    attempts = list(payout.attempts.select_related("file", "bank_account").prefetch_related("calls").order_by("number"))
    about = Q(end_to_end_id=payout.end_to_end_id) | ~Q(level="transaction")
    items = ReportItem.objects.filter(about, report__file__in=[attempt.file_id for attempt in attempts])
    answers = list(items.select_related("report").order_by("report", "position"))
    for attempt in attempts:
        attempt.answers = [item for item in answers if item.report.file_id == attempt.file_id]
    return attempts


def entries_of(payout):
    """Return what the payout did to the books, in order; `size` is the amount without the sign of its side."""
    entries = Entry.objects.filter(subject=payout.public_id).annotate(size=Abs("amount"))
    return entries.select_related("account", "journal").order_by("id")


def deliveries_of(payout):
    """Return the webhook messages about the payout."""
    about = Delivery.objects.filter(event__subject=payout.public_id)
    return about.select_related("event", "endpoint").order_by("event__sequence", "created_at")


def holds_over(payout):
    """Return every hold that the payout ever had, the newest first."""
    return payout.holds.select_related("opened_by", "lifted_by").order_by("-id")


def side_by_side(payout, holds) -> list:
    """Return a payout that was held as a likely duplicate with those that it looked like, the oldest first; else nothing."""
    alike = {decode(Payout.id_prefix, one["id"]) for hold in holds for one in hold.alike}
    if not alike:
        return []
    rows = Payout.objects.filter(pk__in=[payout.pk, *alike])
    related = ("batch", "recipient_version", "method_version", "created_by")
    return list(rows.select_related(*related).order_by("pk"))


_COVERED_BY = {
    Stop.Scope.PARTNER: "partner",
    Stop.Scope.RAIL: "rail",
    Stop.Scope.BANK_ACCOUNT: "bank_account",
    Stop.Scope.COUNTRY: "method_version__country",
    Stop.Scope.RECIPIENT: "recipient",
}


def effect_of_stop(stop) -> dict:
    """
    Return what a stop affects, made or not: payouts as rows of status, currency, count and amount, and files.

    `kept` cannot leave; `put_back` are taken out of files that are open. `files` are sealed and kept back.
    `beyond_recall` are in sealed files that this stop does not keep back, since bytes that are sealed never change.
    """
    covers = {_COVERED_BY[stop.scope]: stop.value} if stop.value else {}
    payouts = Payout.objects.filter(**covers)
    unsent = PaymentFile.objects.filter(state__in=[PaymentFile.SEALED, PaymentFile.HANDING_OVER])
    opened = PaymentFile.objects.filter(state=PaymentFile.OPEN)
    return {
        "kept": by_status(payouts.filter(status__in=_BEFORE_LEAVING)),
        "put_back": by_status(_prepared_in(opened, payouts)),
        "files": list(unsent.filter(**covers).select_related("bank_account")) if stop.covers_files else [],
        "beyond_recall": [] if stop.covers_files else by_status(_prepared_in(unsent, payouts)),
    }


def _prepared_in(files, payouts):
    """
    Return those payouts that these few files hold and no bank was told of.

    The state says again what the attempt does: few payouts are in it, so the database need not go through all there are.
    """
    prepared = Attempt.objects.filter(status=Attempt.Status.PREPARED, file__in=list(files.values_list("pk", flat=True)))
    return payouts.filter(status=State.SUBMITTING, pk__in=prepared.values("payout"))


def covered_by_open_stops() -> Q:
    """
    Return the condition of payouts that a stop covers now.

    The stops, which are few, are named one by one: joined, each payout would be compared with each of them.
    """
    values = defaultdict(list)
    for scope, value in Stop.objects.open().values_list("scope", "value"):
        values[scope].append(value)
    if Stop.Scope.EVERYTHING in values:
        return Q()
    return reduce(or_, (Q((f"{_COVERED_BY[scope]}__in", found)) for scope, found in values.items()), Q(pk__in=[]))


_BEFORE_LEAVING = (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED)


def excluded_people(requests) -> dict:
    """Return the names of the people who may not decide these requests, by id; service users decide nothing anyway."""
    ids = {person for request in requests if request for person in request.excluded}
    return dict(User.objects.filter(pk__in=ids, kind=User.Kind.PERSON).values_list("pk", "name"))


def totals(payouts) -> dict[str, int]:
    """Return the sums of these payouts per currency, in minor units."""
    rows = payouts.order_by("currency").values_list("currency").annotate(Sum("amount"))
    return {currency: int(amount) for currency, amount in rows}


def count_and_totals(payouts) -> tuple[int, dict[str, int]]:
    """Return how many payouts these are, and their sums per currency in minor units, in one go."""
    rows = payouts.order_by("currency").values_list("currency").annotate(Count("pk"), Sum("amount"))
    return sum(row[1] for row in rows), {currency: int(amount) for currency, _, amount in rows}


def by_status(payouts) -> list[dict]:
    """Return count and sum per status and currency, in the order of a payout's life."""
    rows = payouts.order_by().values("status", "currency").annotate(count=Count("pk"), amount=Sum("amount"))
    order = {status: number for number, status in enumerate(State.values)}
    return sorted(rows, key=lambda row: (order[row["status"]], row["currency"]))


def waiting_for_reviews(reviews) -> dict:
    """Return per review what waits for it: the count and the sums per currency of its payouts."""
    waiting = {review.pk: {"count": 0, "totals": {}} for review in reviews}
    held = Payout.objects.filter(review__in=waiting, status=State.IN_REVIEW).order_by()
    for row in held.values("review", "currency").annotate(count=Count("pk"), amount=Sum("amount")):
        case = waiting[row["review"]]
        case["count"] += row["count"]
        case["totals"][row["currency"]] = int(row["amount"])
    return waiting


def waiting_for_accounts(changes) -> dict:
    """Return per account version that changes are about what waits for it: the count and the sums per currency."""
    waiting = {change.version_id: {"count": 0, "totals": {}} for change in changes}
    recipients = {change.method.recipient_id for change in changes}
    held = Payout.objects.filter(recipient__any_of=recipients, method_version__in=waiting, status__in=_BEFORE_LEAVING)
    for row in held.order_by().values("method_version", "currency").annotate(count=Count("pk"), amount=Sum("amount")):
        of_version = waiting[row["method_version"]]
        of_version["count"] += row["count"]
        of_version["totals"][row["currency"]] = int(row["amount"])
    return waiting


def batches():
    """Return batches with their platform, the newest first."""
    return Batch.objects.select_related("partner", "created_by").order_by("-id")
