"""The days of a bank account in one month: which have a statement, which are closed, and where one is missing."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min

from apps.rails.terms import calendar_in_force
from apps.reconciliation.models import DayClose, Statement, StatementLine


@dataclass(frozen=True)
class Day:
    """One day of a bank account. `no_banking` says why the bank does not work on it, if so."""

    day: date
    in_month: bool
    is_today: bool
    no_banking: str
    statement: Statement | None
    open_lines: int
    is_closed: bool
    is_missing: bool

    @property
    def state(self) -> str:
        if self.is_closed:
            return "closed"
        if self.statement:
            return "stated"
        return "missing" if self.is_missing else "empty"


def month(bank_account, first: date) -> list[list[Day]]:
    """Return the weeks, Monday to Sunday, that the month beginning with `first` touches."""
    start = first - timedelta(days=first.weekday())
    last = month_after(first) - timedelta(days=1)
    end = last + timedelta(days=6 - last.weekday())
    chain = Statement.objects.filter(bank_account=bank_account, kind=Statement.STATEMENT)
    statements = {row.closes_on: row for row in chain.filter(closes_on__range=(start, end)).order_by("number")}
    span = chain.aggregate(first=Min("closes_on"), last=Max("closes_on"))
    lines = StatementLine.objects.open().filter(bank_account=bank_account, booked_on__range=(start, end))
    waiting = dict(lines.order_by().values_list("booked_on").annotate(count=Count("pk")))
    closed_until = closed_through(bank_account)
    today, calendar = bank_account.business_today(), calendar_in_force()

    def status(day):
        no_banking = calendar.closed_because(day)
        expected = span["first"] is not None and span["first"] < day < today and not no_banking
        return Day(
            day=day,
            in_month=day.month == first.month,
            is_today=day == today,
            no_banking=no_banking,
            statement=statements.get(day),
            open_lines=waiting.get(day, 0),
            is_closed=closed_until is not None and day <= closed_until,
            is_missing=expected and day not in statements,
        )

    days = [status(start + timedelta(days=number)) for number in range((end - start).days + 1)]
    return [days[number : number + 7] for number in range(0, len(days), 7)]


def closed_through(bank_account) -> date | None:
    """Return the last closed day; every day before it is closed with it."""
    return DayClose.objects.filter(bank_account=bank_account).aggregate(last=Max("day"))["last"]


def first_to_close(bank_account) -> date:
    """Return the oldest day with a statement that is not closed, or today by the account's clock."""
    chain = Statement.objects.filter(bank_account=bank_account, kind=Statement.STATEMENT)
    closed_until = closed_through(bank_account)
    if closed_until:
        chain = chain.filter(closes_on__gt=closed_until)
    return chain.aggregate(first=Min("closes_on"))["first"] or bank_account.business_today()


def month_after(first: date) -> date:
    """Return the first day of the next month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(first: date) -> date:
    """Return the first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)
