"""Do the figures of a bank file agree with each other, and what in it is unusual?"""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from apps.core.ids import REFERENCE_KINDS, REFERENCE_LENGTH
from apps.reconciliation.camt.facts import Entry, Finding, Statement
from apps.reconciliation.camt.reader import read

KNOWN_VERSIONS = {f"{number:02d}" for number in range(1, 14)}
NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}
REMEMBERED_IDS = 200_000
"""So many end-to-end ids of a file are compared for repetitions; more would let memory grow with the file."""

_CUT_REFERENCE = re.compile(rf"(?:{'|'.join(REFERENCE_KINDS)})[0-9]{{2}}[0-9A-Z]{{2,{REFERENCE_LENGTH - 5}}}")


@dataclass
class Survey:
    """What one pass over a file found out: its statements without their entries, and its oddities."""

    kind: str
    message_id: str | None
    statements: list[Statement]
    findings: list[Finding]

    @property
    def refusals(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.refuses]


@dataclass
class _Tally:
    """The running figures of one statement."""

    booked: dict[str, Decimal] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=Counter)
    amounts: dict[str, Decimal] = field(default_factory=Counter)
    oddities: dict[str, list] = field(default_factory=dict)

    def note(self, code: str, text: str):
        seen = self.oddities.setdefault(code, [0, text])
        seen[0] += 1


def survey(data: bytes) -> Survey:
    """
    Read a whole file once and report what it holds and whether its figures agree.

    :raises UnreadableBankFile: as `read`.
    """
    statements, findings = [], []
    tally, seen = _Tally(), set()
    for statement, entry in read(data):
        if entry is not None:
            _count(tally, entry, statement, seen)
            continue
        statements.append(statement)
        findings += _check_statement(statement, tally)
        statement.entries_count = tally.counts["all"]
        statement.booked_credits = tally.amounts["CRDT booked"]
        statement.booked_debits = tally.amounts["DBIT booked"]
        statement.booked_currencies = set(tally.booked)
        tally = _Tally()
    first = statements[0]
    return Survey(first.kind, first.message_id, statements, _check_version(first) + findings)


def is_reference(text: str | None) -> bool:
    """Tell whether a bank's reference field holds a reference, and not the standard's words for none."""
    return bool(text) and text.upper() not in NO_REFERENCE


def _check_version(statement):
    if statement.version is None:
        detail = f"The namespace ({statement.namespace or 'none'}) names no version of a bank statement."
        return [Finding("unknown-version", detail)]
    if statement.version not in KNOWN_VERSIONS:
        detail = f"{statement.kind}.001.{statement.version} is not known; it is read as the versions 01 to 13 are."
        return [Finding("unknown-version", detail)]
    return []


def _count(tally, entry: Entry, statement: Statement, seen: set):
    signed = entry.signed
    if entry.is_booked:
        tally.booked[entry.ccy] += signed
    for key in ("all", entry.sign):
        tally.counts[key] += 1
        tally.amounts[key] += abs(signed)
        if entry.is_booked:
            tally.counts[f"{key} booked"] += 1
            tally.amounts[f"{key} booked"] += abs(signed)
    name = entry.acct_svcr_ref or entry.entry_reference or f"{entry.amount} {entry.ccy}"
    if entry.status is None:
        tally.note("status-missing", name)
    if entry.booking is None and entry.is_booked:
        tally.note("booking-date-missing", name)
    if entry.amount.startswith("-"):
        tally.note("negative-amount", name)
    expected = statement.account_ccy or (statement.opening and statement.opening.ccy)
    if expected and entry.ccy != expected:
        tally.note("currency-differs", f"{name} is in {entry.ccy}, the account in {expected}")
    _count_transactions(tally, entry, name, seen)


def _count_transactions(tally, entry, name, seen):
    for transaction in entry.txs:
        end_to_end = transaction.end_to_end
        if not is_reference(end_to_end):
            continue
        if end_to_end in seen:
            tally.note("repeated-end-to-end-id", end_to_end)
        elif len(seen) < REMEMBERED_IDS:
            seen.add(end_to_end)
        if _CUT_REFERENCE.fullmatch(end_to_end.upper()):
            tally.note("truncated-reference", end_to_end)
    if entry.batched and entry.txs and entry.batched != len(entry.txs):
        tally.note("batch-count", f"{name} says {entry.batched} transactions and details {len(entry.txs)}")
    difference = batch_difference(entry)
    if difference:
        tally.note("batch-sum", f"{name} is {entry.amount} {entry.ccy}, its transactions differ by {difference}")


def batch_difference(entry: Entry) -> Decimal:
    """Return by how much the details of an entry differ from it; zero where the file does not tell all amounts."""
    if not entry.txs or any(transaction.booked is None for transaction in entry.txs):
        return Decimal(0)
    if entry.batched and entry.batched > len(entry.txs):
        return Decimal(0)
    amounts = [Decimal(transaction.booked) for transaction in entry.txs]
    signed = [
        -amount if transaction.sign and transaction.sign != entry.sign else amount
        for amount, transaction in zip(amounts, entry.txs, strict=True)
    ]
    whole = Decimal(entry.amount)
    return Decimal(0) if whole in (sum(amounts), sum(signed)) else sum(amounts) - whole


_MEANING = {
    "status-missing": ("{n} entries have no status and are read as booked, first {first}.", False),
    "booking-date-missing": ("{n} booked entries have no booking date, first {first}.", False),
    "negative-amount": ("{n} entries have a negative amount, first {first}.", True),
    "currency-differs": ("{n} entries are not in the account's currency; first, {first}.", False),
    "repeated-end-to-end-id": ("{n} end-to-end ids occur again, first {first}.", False),
    "truncated-reference": ("{n} end-to-end ids look like references cut short, first {first}.", False),
    "batch-count": ("{n} entries do not detail all their transactions; first, {first}.", False),
    "batch-sum": ("{n} entries are not the sum of their transactions; first, {first}.", True),
}


def _check_statement(statement: Statement, tally: _Tally) -> list[Finding]:
    place = f"Statement {statement.id or statement.index + 1}: "
    findings = []
    for code, (count, first) in tally.oddities.items():
        words, refuses = _MEANING[code]
        findings.append(Finding(code, place + words.format(n=count, first=first), refuses))
    if statement.id is None:
        findings.append(Finding("statement-id-missing", f"{place}it has no id of its own."))
    for total, key in ((statement.total, "all"), (statement.credits, "CRDT"), (statement.debits, "DBIT")):
        findings += _check_total(place, total, key, tally)
    return [*findings, *_check_balances(place, statement, tally)]


def _check_total(place, total, key, tally):
    """Compare a control figure; banks count either every entry or only the booked ones."""
    what = {"all": "entries", "CRDT": "credit entries", "DBIT": "debit entries"}[key]
    if total.count is not None and total.count not in (tally.counts[key], tally.counts[f"{key} booked"]):
        yield Finding("entry-count", f"{place}it announces {total.count} {what} and holds {tally.counts[key]}.", True)
    if total.amount is not None and total.amount not in (tally.amounts[key], tally.amounts[f"{key} booked"]):
        detail = f"{place}it announces {what} of {total.amount} in all and holds {tally.amounts[key]}."
        yield Finding("entry-sum", detail, True)


def _check_balances(place, statement, tally):
    opening, closing = statement.opening, statement.closing
    if statement.kind == "camt.054" and not statement.balances:
        return
    for name, balance in (("opening", opening), ("closing", closing)):
        if balance is None:
            refuses = statement.kind == "camt.053"
            yield Finding("balance-missing", f"{place}it has no booked {name} balance.", refuses)
        elif balance.date is None:
            yield Finding("balance-date-missing", f"{place}its {name} balance has no date.")
    if opening is None or closing is None:
        return
    if opening.ccy != closing.ccy:
        yield Finding("balance-currency", f"{place}it opens in {opening.ccy} and closes in {closing.ccy}.", True)
        return
    booked = tally.booked[opening.ccy]
    if opening.signed + booked != closing.signed:
        detail = (
            f"{place}{opening.signed} at the start and booked entries of {booked} do not make "
            f"{closing.signed} {closing.ccy} at the end."
        )
        yield Finding("sums-do-not-add-up", detail, True)
