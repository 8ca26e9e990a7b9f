"""Which statements of a file are believed, and where they join the chains of their accounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.core.statements import ask
from apps.reconciliation.chain import Chain
from apps.reconciliation.errors import CannotImport, StatementMissing
from apps.reconciliation.models import Statement

FARTHEST_AHEAD = timedelta(days=7)
"""A bank may book on a coming banking day, not on one far away."""

_MAY_COME = {"opening-differs", "number-skipped", "ends-before-first"}
"""What is mended by a statement that has not come yet."""

_TAKEN = (
    "SELECT bank_account_id, kind, statement_id FROM reconciliation_statement"
    " WHERE bank_account_id = ANY(%s) AND statement_id = ANY(%s::text[])"
)


@dataclass(frozen=True)
class Joined:
    """
    What came of statements that joined the chains of their accounts.

    `firsts` are those with which a chain begins from now on, each with the one it began with before, if it did. `warnings`
    say what only whoever imported them knew.
    """

    firsts: list[tuple[Statement, Statement | None]]
    warnings: list[str]


def number_statements(statements, closed, *, knowingly=False) -> Joined:
    """
    Give each statement its number in the chain of its account.

    Statements behind one that comes late move on. `closed` has the last closed day of each account. `knowingly` lets those
    join that only a person can know to be right: behind numbers that the bank has skipped, or equal to another one.

    :raises StatementMissing: if a statement between the last one and one of these is missing.
    :raises CannotImport: naming every reason why they are not believed.
    """
    faults, believed = [], defaultdict(list)
    taken = _taken_ids(statements)
    for statement in statements:
        key = statement.bank_account_id, statement.kind, statement.statement_id
        found = list(_check_days(statement, closed.get(statement.bank_account_id)))
        if key in taken:
            found = [_fault("statement-id-reused", statement, "this id was imported before, with other content.")]
        taken.add(key)
        faults += found
        if statement.is_statement and not found:
            believed[statement.bank_account_id].append(statement)
    chains = {account: Chain.of(account, min(row.closes_on for row in rows)) for account, rows in believed.items()}
    began = {account: chain.links[0] if chain.links else None for account, chain in chains.items()}
    missing = []
    for account, rows in believed.items():
        for fault in _join(chains[account], rows, knowingly):
            (missing if fault.code in _MAY_COME else faults).append(fault)
    if faults:
        raise CannotImport("Nothing of the file was imported.", errors=faults + missing)
    if missing:
        raise StatementMissing("Nothing of the file was imported.", errors=missing)
    for account, chain in chains.items():
        _make_room(account, chain.number_links())
    firsts = [(chain.links[0], began[account]) for account, chain in chains.items() if chain.links[0] != began[account]]
    skipped = [_skipped(*row) for chain in chains.values() for row in chain.skipped.items()]
    return Joined(firsts, skipped)


def _join(chain, rows, knowingly):
    """Let the statements of one account join its chain; yield why one cannot."""
    while rows:
        if not knowingly and (known := chain.repeated_by(rows[0])):
            yield _repeated(known, rows[0])
            rows = rows[1:]
            continue
        count = chain.take(rows, despite_hole=knowingly)
        if not count:
            yield _why_not(chain, rows[0])
            chain.links.append(rows[0])  # so that those behind it are judged by it
        rows = rows[count or 1 :]


def _repeated(known, statement) -> Fault:
    detail = (
        f"it says what {_named(known)} says: the same days, balances, sums and number of lines. Ask the bank whether it has "
        "sent it twice. A person who knows that these are other bookings imports this file by hand."
    )
    return _fault("statement-repeated", statement, detail)


def _skipped(statement, numbers) -> str:
    left_out = ", ".join(map(str, numbers))
    return f"Statement {statement.statement_id}: number {left_out} has not come; whoever imported it knows that it was skipped."


def _make_room(account_id, new):
    """Move on the statements that are behind those which came late."""
    for statement in new:
        ask("SELECT reconciliation_make_room(%s, %s::int)", [account_id, statement.number])


def _why_not(chain, statement) -> Fault:
    last = chain.last
    if statement.closes_on < last.closes_on:
        return _out_of_order(chain, statement)
    if statement.opening != last.closing:
        detail = (
            f"it opens with {_shown(statement.opening, statement)}, but {_named(last)} closed with {_closing(last)}."
        )
        return _fault("opening-differs", statement, detail)
    numbers = chain.hole_before(statement)
    few = ", ".join(map(str, numbers[:3])) + (" …" if len(numbers) > 3 else "")
    detail = (
        f"its number is {statement.sequence}, that of {_named(last)} is {last.sequence}; {few} has not come. A person who "
        "knows that the bank has skipped it imports this file by hand."
    )
    return _fault("number-skipped", statement, detail)


def _out_of_order(chain, statement) -> Fault:
    before, behind = chain.neighbors_of(statement)
    if before is None:
        return _before_first(statement, behind)
    detail = (
        f"it opens with {_shown(statement.opening, statement)} and closes with {_closing(statement)}, but {_named(before)} "
        f"closed with {_closing(before)} and {_named(behind)} follows it. Ask the bank which of them it means; "
        "statements that fit together only are imported in one file."
    )
    return _fault("statement-out-of-order", statement, detail)


def _before_first(statement, first) -> Fault:
    detail = (
        f"it closes with {_closing(statement)} before the first statement, {_named(first)}, with which the books of the "
        f"account begin and which opens with {_shown(first.opening, first)}. Import what is between the two; this one "
        "can join then. If the books shall not begin earlier, take it out of the folder: what was on the account then is "
        "among what nobody has identified."
    )
    return _fault("ends-before-first", statement, detail)


def _taken_ids(statements) -> set:
    accounts = {statement.bank_account_id for statement in statements}
    ids = {statement.statement_id for statement in statements}
    return set(ask(_TAKEN, [list(accounts), list(ids)]))


def _check_days(statement, closed_until) -> Iterable[Fault]:
    day = statement.closes_on
    if statement.is_statement and day is None:
        yield _fault("balance-date-missing", statement, "its closing balance has no date.")
        return
    if day and not date(2000, 1, 1) <= day <= statement.bank_account.business_today() + FARTHEST_AHEAD:
        yield _fault("date-out-of-range", statement, f"{day} cannot be the day it closes.")
    if statement.is_statement and closed_until and day <= closed_until:
        detail = (
            f"the days until {closed_until} are closed, and nothing is booked into them any more. Ask the bank to state "
            "its bookings on an open day."
        )
        yield _fault("day-closed", statement, detail)


def _fault(code, statement, detail) -> Fault:
    return Fault("", code, f"Statement {statement.statement_id}: {detail}")


def _named(statement) -> str:
    return f"{statement.statement_id} of {statement.closes_on}"


def _closing(statement) -> str:
    return _shown(statement.closing, statement)


def _shown(amount, statement) -> str:
    return f"{format_amount(amount, statement.currency)} {statement.currency}"
