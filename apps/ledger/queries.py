"""Reading the ledger: balances, statements of accounts, the trial balance and its proof."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Sum, Window

from apps.core.database import statement
from apps.ledger.models import Account, Entry, Transfer
from apps.ledger.posting import AccountKey

_DAILY = statement(__file__, "daily_balances.sql")
_PERIOD = statement(__file__, "period_statement.sql")


@dataclass(frozen=True)
class TrialBalanceRow:
    """One account with the sums of its transfers; `balance` is debits minus credits, so a currency sums to zero."""

    account: AccountKey
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        return self.debits - self.credits


@dataclass(frozen=True)
class AccountStatement:
    """The entries of one account in a span of time, between the balances before and after it."""

    account: AccountKey
    opening: int
    closing: int
    entries: list


@dataclass(frozen=True)
class Difference:
    """An account whose stored sums are not the sums of its transfers."""

    account: AccountKey
    stored: tuple[int, int]
    summed: tuple[int, int]


def trial_balance(as_of: datetime | None = None) -> list[TrialBalanceRow]:
    """
    Return every account with its debits and credits, now or as they were posted until `as_of` (inclusive).

    Now is read from the stored sums, a moment of the past is summed from the transfers.
    """
    if as_of is None:
        accounts = Account.objects.order_by("currency", "kind", "holder")
        return [TrialBalanceRow(_key(account), account.debits, account.credits) for account in accounts]
    return [
        TrialBalanceRow(key, debits, credits)
        for key, debits, credits in _summed("WHERE journal.posted_at <= %s", as_of)
    ]


def totals(rows: list[TrialBalanceRow]) -> dict[str, int]:
    """Return the sum of all balances per currency; a ledger that balances gives zero everywhere."""
    sums = {}
    for row in rows:
        sums[row.account.currency] = sums.get(row.account.currency, 0) + row.balance
    return sums


def account_statement(
    key: AccountKey, since: datetime | None = None, until: datetime | None = None
) -> AccountStatement:
    """
    Return the entries of one account posted from `since` (inclusive) until `until` (exclusive), oldest first.

    Each entry carries `change` and `balance`, seen from the side that makes the account grow: a credit of a partner's
    funds is positive. An account that was never used has an empty statement.
    """
    account = Account.objects.filter(**key._asdict()).first()
    if account is None:
        return AccountStatement(key, 0, 0, [])
    sign = 1 if account.normal == "debit" else -1
    everything = Entry.objects.filter(account=account)
    entries = everything.annotate(
        change=F("amount") * sign,
        balance=Window(Sum(F("amount") * sign), order_by="id"),
    ).order_by("id")
    opening = 0
    if since is not None:
        opening = everything.filter(posted_at__lt=since).aggregate(sum=Sum(F("amount") * sign, default=0))["sum"]
        entries = entries.filter(posted_at__gte=since)
    if until is not None:
        entries = entries.filter(posted_at__lt=until)
    entries = list(entries)
    for entry in entries:
        entry.balance = int(entry.balance) + int(opening)
    return AccountStatement(key, int(opening), entries[-1].balance if entries else int(opening), entries)


def latest_entries(
    account, before: int | None = None, limit: int = 50, balance: int | None = None
) -> tuple[list, bool]:
    """
    Return transfers of one account, newest first, and whether there are older ones; `before` is the id to go on from.

    Whoever remembers the `balance` that was left before that id says it, and no older transfer is summed for it.

    Each carries `change` and `balance` seen from the side that makes the account grow, and `other`, the account on its
    other side. Reads by index, however busy the account is.
    """
    sides = []
    for side in ("debit", "credit"):
        rows = Transfer.objects.filter(**{side: account}).select_related("journal", "debit", "credit")
        sides.append((rows.filter(pk__lt=before) if before else rows).order_by("-id")[: limit + 1])
    found = list(sides[0].union(sides[1], all=True).order_by("-id")[: limit + 1])
    for transfer in found:
        debited = transfer.debit_id == account.pk
        own, transfer.other = (transfer.debit, transfer.credit) if debited else (transfer.credit, transfer.debit)
        transfer.change = transfer.amount if debited == (account.normal == "debit") else -transfer.amount
        # The first row's account was read in the same statement as the rows, so no posting can come in between.
        transfer.balance = own.available
    if not found:
        return [], False
    if balance is None or before is None:
        balance = _balance_before(account, before) if before else found[0].balance
    for transfer in found:
        transfer.balance, balance = balance, balance - transfer.change
    return found[:limit], len(found) > limit


def _balance_before(account, before: int) -> int:
    """Return the balance from all transfers with an id below `before`."""
    older = Transfer.objects.filter(pk__lt=before)
    debits, credits = (
        older.filter(**{side: account}).aggregate(sum=Sum("amount", default=0))["sum"] for side in ("debit", "credit")
    )
    return int(debits - credits) if account.normal == "debit" else int(credits - debits)


def balances(holder: str) -> dict[str, dict[str, int]]:
    """Return what is available on each account of a partner or bank account: currency → kind → minor units."""
    found = {}
    for account in Account.objects.filter(holder=holder).order_by("currency", "kind"):
        found.setdefault(account.currency, {})[account.kind] = account.available
    return found


def daily_balances(holder: str, currency: str, kinds, first: date, last: date) -> list[tuple[date, dict[str, int]]]:
    """
    Return what was available on each of a holder's accounts at the end of every day (UTC) from `first` to `last`.

    One statement: what there is now, less what has moved since; it costs as much as has moved since `first`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DAILY, {"holder": holder, "currency": currency, "kinds": list(kinds), "since": first})
        now, moved = {}, {}
        for kind, available, day, change in cursor.fetchall():
            now[kind] = available
            if day is not None:
                moved[day, kind] = int(change)
    rows, held = [], {kind: now.get(kind, 0) for kind in kinds}
    for day in sorted({day for day, _ in moved if day > last}, reverse=True):
        held = {kind: amount - moved.get((day, kind), 0) for kind, amount in held.items()}
    day = last
    while day >= first:
        rows.append((day, dict(held)))
        held = {kind: amount - moved.get((day, kind), 0) for kind, amount in held.items()}
        day -= timedelta(days=1)
    return rows[::-1]


@dataclass(frozen=True)
class Period:
    """What an account held before and after a span of time, and per moment (moment, transfers, in, out) what moved it."""

    opening: int
    closing: int
    moments: list


def period_of(account, since: datetime, until: datetime) -> Period:
    """
    Return what became of an account from `since` (inclusive) until `until` (exclusive), growing where its balance grows.

    One statement; it costs as much as has moved since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PERIOD, {"account": account.pk, "since": since, "until": until})
        rows = cursor.fetchall()
    closing, change, moments = 0, 0, {}
    for moment, credits, number, amount, later in rows:
        signed = int(amount) if moment is None or credits == (account.normal == "credit") else -int(amount)
        if moment is None:
            closing += signed
        elif later:
            closing -= signed
        else:
            change += signed
            sums = moments.setdefault(moment, [0, 0, 0])
            sums[0] += number
            sums[1 if signed > 0 else 2] += abs(signed)
    return Period(closing - change, closing, [(moment, *sums) for moment, sums in sorted(moments.items())])


def verify() -> list[Difference]:
    """Add up every transfer again and return the accounts whose stored sums differ; none in a sound ledger."""
    stored = {_key(account): (account.debits, account.credits) for account in Account.objects.all()}
    summed = {key: (debits, credits) for key, debits, credits in _summed()}
    return [
        Difference(key, stored.get(key, (0, 0)), summed.get(key, (0, 0)))
        for key in sorted(stored.keys() | summed.keys())
        if stored.get(key, (0, 0)) != summed.get(key, (0, 0))
    ]


def _summed(condition: str = "", *parameters) -> list[tuple[AccountKey, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH moved AS (
                SELECT transfer.debit_id, transfer.credit_id, transfer.amount
                  FROM ledger_transfer AS transfer JOIN ledger_journal AS journal ON journal.id = transfer.journal_id
                  {condition}),
            sums AS (
                SELECT account, sum(debit) AS debits, sum(credit) AS credits
                  FROM (SELECT debit_id AS account, sum(amount) AS debit, 0 AS credit FROM moved GROUP BY debit_id
                        UNION ALL
                        SELECT credit_id, 0, sum(amount) FROM moved GROUP BY credit_id) AS side
                 GROUP BY account)
            SELECT account.kind, account.holder, account.currency, sums.debits, sums.credits
              FROM sums JOIN ledger_account AS account ON account.id = sums.account
             ORDER BY account.currency, account.kind, account.holder
            """,  # noqa: S608 - the condition is one of this module's own
            parameters,
        )
        return [(AccountKey(*row[:3]), int(row[3]), int(row[4])) for row in cursor.fetchall()]


def _key(account: Account) -> AccountKey:
    return AccountKey(account.kind, account.holder, account.currency)
