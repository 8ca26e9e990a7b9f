"""
Matching by rule: what a line is beyond doubt, found by joins and never line by line.

A rule finds pairs with one query, and a chunk of pairs is recorded with a constant number of statements. What no rule
explains goes to suspense and waits for a person.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from apps.core.database import database_now, insert_rows
from apps.core.permissions import SYSTEM, author_of
from apps.core.queue import nudge
from apps.core.statements import ask, rows_where
from apps.events import operations as events
from apps.ledger.models import Journal
from apps.ledger.posting import lock_available, post, reversals
from apps.partners.models import Partner
from apps.payouts import facts
from apps.payouts import jobs as payout_jobs
from apps.payouts import operations as payouts
from apps.payouts.models import Conflict, Payout
from apps.rails.models import BankAccount
from apps.rails.sepa_credit_transfer.reason_codes import explain
from apps.reconciliation import postings
from apps.reconciliation.kinds import MOMENTS, Kind
from apps.reconciliation.models import Expectation, Match, Proposal, StatementLine
from apps.reconciliation.operations.conflicts import new_contradictions, note_contradictions
from apps.reconciliation.representation import match_data, proposal_facts

CHUNK = 1000

# Bank fees: sub-families of ISO 20022's bank transaction codes (BTC external code list), and the German business
# transaction codes (GVC) 808 charges and 809 commission as they stand in proprietary codes, such as NMSC+808.
FEE_CODES = ("CHRG", "COMM", "COME", "COMI", "COMT", "FEES")
FEE_PROPRIETARY = r"(^|\+)80[89](\+|$)"
_FEE_CODES = [f"%/{code}" for code in FEE_CODES]

_SQL = Path(__file__).resolve().parent.parent / "sql"


def _sql(name) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


_WITHDRAW = _sql("withdraw_expectations")
_OPEN = _sql("open_expectations")
_LOCK_PAYOUTS = _sql("lock_payouts")
_BY_REFERENCE = _sql("match_by_reference")
_BY_BATCH = _sql("match_by_batch")
_FUNDING = _sql("match_funding")
_RETURNS = _sql("match_returns")
_EXTRA = _sql("match_extra")
_FEES = _sql("match_fees")
_CONTRADICTING = _sql("contradicting_lines")
_UNSUSPENDED = _sql("unsuspended_parts")
_REFRESH_LINES = _sql("refresh_lines")
_OVERTAKEN = _sql("overtaken_proposals")
_SUSPENDED = "WHERE part_id = ANY(%s::bigint[]) AND kind = 'suspense' AND undone_at IS NULL ORDER BY id DESC"


@dataclass(frozen=True)
class Find:
    """A part of a line and what it was found to be."""

    part: int
    line: UUID
    amount: int
    kind: str
    evidence: str
    expectation: UUID | None = None
    payout: UUID | None = None
    partner: UUID | None = None
    conflict: UUID | None = None
    place: int = 1
    piece: int = 1
    code: str = ""
    reason: str = ""


def match_open_parts(bank_accounts, *, by) -> int:
    """
    Match what is open on bank accounts by every rule, put the rest into suspense, and return how many were matched.

    The caller holds the locks of the bank accounts.
    """
    for bank_account in bank_accounts:
        open_expectations(bank_account)
    signs = [_open_signs(bank_account) for bank_account in bank_accounts]
    if not any(signs):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PAYOUTS, {"bank_accounts": [bank_account.pk for bank_account in bank_accounts]})
    pairs = zip(bank_accounts, signs, strict=True)
    return sum(_match_account(bank_account, open_signs, by) for bank_account, open_signs in pairs if open_signs)


def _open_signs(bank_account) -> set[str]:
    """Return whether debits, credits or both are open on the account: each rule looks at one of them."""
    found = ask(
        "SELECT DISTINCT sign FROM reconciliation_statementline"
        " WHERE bank_account_id = %s AND state IN ('unmatched', 'partly')",
        [bank_account.pk],
    )
    return {sign for (sign,) in found}


def _is_any_open(bank_account) -> bool:
    [(is_open,)] = ask(
        "SELECT EXISTS (SELECT FROM reconciliation_statementline"
        " WHERE bank_account_id = %s AND state IN ('unmatched', 'partly'))",
        [bank_account.pk],
    )
    return is_open


def _match_account(bank_account, signs, by) -> int:
    matched = 0
    for sign, rule in _RULES:
        while sign in signs and (finds := rule(bank_account)):
            record_matches(bank_account, finds, by=by)
            matched += len(finds)
            if not _is_any_open(bank_account):
                return matched
    while rows := _rows(_UNSUSPENDED, bank_account):
        suspend(bank_account, rows, by=by)
    if StatementLine.DEBIT in signs:
        note_contradictions(_find_contradictions(bank_account))
    return matched


@transaction.atomic
def match_waiting(bank_account_id) -> int:
    """Match again what was left open, since what it waited for may have happened meanwhile; return how many matched."""
    bank_account = lock_bank_account(bank_account_id)
    open_expectations(bank_account)
    signs = _open_signs(bank_account)
    looks = (*_RULES, (StatementLine.DEBIT, _find_contradictions))
    if not any(sign in signs and rule(bank_account) for sign, rule in looks):
        return 0  # no payout is locked while a line only waits for a person
    return match_open_parts([bank_account], by=SYSTEM)


def lock_bank_account(bank_account_id) -> BankAccount:
    """Lock a bank account against everyone else who reconciles it; payments out of it go on."""
    [bank_account] = BankAccount.objects.lock([bank_account_id])
    return bank_account


def open_expectations(bank_account) -> None:
    """Expect a debit for every attempt that the bank has, and no longer for those that ended without one."""
    with connection.cursor() as cursor:  # two statements: what is withdrawn makes room for another attempt at a payout
        cursor.execute(_WITHDRAW, {"bank_account": bank_account.pk})
        cursor.execute(_OPEN, {"bank_account": bank_account.pk})


def record_matches(bank_account, finds, *, by, automatic=True, proposal=None) -> None:
    """
    Record what parts of an account's lines were found to be: end their suspense, move payouts, books and states.

    What somebody has proposed for these parts, and nobody has confirmed, lapses. Suspense is locked before any other account,
    so that two who reconcile accounts of one currency, whose fees and suspense are the same, never wait in a circle.

    :raises CannotSettle: if a payout is not where its line says it is.
    """
    if not finds:
        return
    parts = list({find.part for find in finds})
    lines = _lines(bank_account, {find.line for find in finds})
    lock_available([postings.suspense(bank_account.currency)])
    _end_suspense(parts, lines, by=by)
    ask("UPDATE reconciliation_linepart SET is_open = false WHERE id = ANY(%s::bigint[])", [parts])
    refresh_lines(lines)
    _let_lapse(parts, lines, by=by)
    told = {}
    for chunk in _chunks(finds):
        matches = [_match(find, lines[find.line], automatic, proposal, by) for find in chunk]
        insert_rows(matches)
        if met := [find.expectation for find in chunk if find.expectation]:
            ask("UPDATE reconciliation_expectation SET state = 'met' WHERE id = ANY(%s)", [met])
        _move_money(chunk, matches, by=by)
        for match in matches:
            told.setdefault(match.line_id, match)
    tell("line.matched", told.values(), by=by)


def _let_lapse(parts, lines, *, by) -> None:
    """End what is proposed for parts that are explained now, and tell of it."""
    ids = [proposal_id for (proposal_id,) in ask(_OVERTAKEN, {"parts": parts})]
    if not ids:
        return
    overtaken = list(Proposal.objects.filter(pk__any_of=ids).select_related("line").order_by("pk"))
    for proposal in overtaken:  # a group's own line may be another one than the line that is explained
        proposal.line.bank_account = next(iter(lines.values())).bank_account
        proposal.line, proposal.status = lines.get(proposal.line_id, proposal.line), Proposal.Status.LAPSED
    Proposal.objects.filter(pk__any_of=ids).update(status=Proposal.Status.LAPSED, decided_at=database_now())
    told = [fact for proposal in overtaken for fact in proposal_facts(proposal)]
    events.record("proposal.lapsed", told, by=by)


def _match(find, line, automatic, proposal, by) -> Match:
    match = Match.make(
        part_id=find.part,
        kind=find.kind,
        amount=find.amount,
        place=find.place,
        piece=find.piece,
        expectation_id=find.expectation,
        payout_id=find.payout,
        partner_id=find.partner,
        conflict_id=find.conflict,
        automatic=automatic,
        evidence=find.evidence[:200],
    )
    match.point_at(line=line, matched_by=author_of(by), proposal=proposal)
    return match


def _lines(bank_account, line_ids) -> dict:
    """Return the lines by id, with what postings and facts need of them."""
    lines = {line.pk: line for line in rows_where(StatementLine, "WHERE id = ANY(%s)", [list(line_ids)])}
    closed_until = last_closed_days([bank_account.pk]).get(bank_account.pk)
    for line in lines.values():
        line.bank_account, line.closed_until = bank_account, closed_until
        line.posted_on = open_day(line.booked_on, closed_until)
    return lines


def last_closed_days(account_ids) -> dict:
    """Return the last closed day of each bank account that has one, by id."""
    days = "SELECT bank_account_id, max(day) FROM reconciliation_dayclose WHERE bank_account_id = ANY(%s) GROUP BY 1"
    return dict(ask(days, [list(account_ids)]))


def open_day(booked_on, closed_until):
    """Return the day on which something of a line is posted: its own, or the first that is not closed."""
    return booked_on if closed_until is None else max(booked_on, closed_until + timedelta(days=1))


def batch_finds(part, line, file_id, evidence) -> list[Find]:
    """Return one find per payment of the file that is still expected: together they are the part."""
    expected = Expectation.objects.filter(file=file_id, state=Expectation.State.OPEN).order_by("payout_id")
    return [
        Find(part, line, amount, Kind.BATCH, evidence, expectation=expectation, payout=payout)
        for expectation, payout, amount in expected.values_list("pk", "payout_id", "amount")
    ]


def suspend(bank_account, parts, *, by) -> None:
    """Put parts of an account's lines into suspense: rows of (part, line, amount) that no live match covers."""
    if not parts:
        return
    lines = _lines(bank_account, {line for _part, line, _amount in parts})
    matches = [
        Match(part_id=part, line=lines[line], kind=Kind.SUSPENSE, amount=amount, matched_by=author_of(by))
        for part, line, amount in parts
    ]
    insert_rows(matches)
    post([postings.suspend(match, match.line) for match in matches])


def contra(matches, reason, closed_until) -> list:
    """
    Return the drafts of the contra journals of matches: every journal that each has posted, reversed exactly.

    They are booked on the day of what they reverse, or if that is closed, on the first that is not.
    """
    ids = {match.public_id: match for match in matches}
    moments = {moment for match in matches for moment in MOMENTS[match.kind]}
    journals = Journal.objects.filter(moment__in=moments, reference__in=ids)
    groups = {}
    for journal_id, reference, value_on, booked_on in journals.values_list("pk", "reference", "value_on", "booked_on"):
        groups.setdefault((value_on, open_day(booked_on, closed_until)), {})[journal_id] = reference
    drafts = []
    for (value_on, booked_on), references in groups.items():
        drafts += reversals(references, value_on=value_on, booked_on=booked_on, details={"reason": reason})
    return drafts


def refresh_lines(lines: dict) -> None:
    """Let the state of lines, by id, follow their parts."""
    for line_id, state in ask(_REFRESH_LINES, {"lines": list(lines)}):
        lines[line_id].state = state


def _find_by_reference(bank_account):
    return [
        Find(part, line, amount, Kind.PAYOUT, "Our reference, the amount and the account", expectation, payout)
        for part, line, amount, expectation, payout in _rows(_BY_REFERENCE, bank_account)
    ]


def _find_batch(bank_account):
    for part, line, file, named in _rows(_BY_BATCH, bank_account):
        evidence = "The line names the file, and the sum is what was expected of it"
        return batch_finds(part, line, file, evidence if named else "No other file has this sum")
    return []


def _find_fees(bank_account):
    rows = _rows(_FEES, bank_account, codes=_FEE_CODES, proprietary=FEE_PROPRIETARY)
    return [Find(*row, Kind.FEE, "The bank's transaction code says fee") for row in rows]


def _find_funding(bank_account):
    return [
        Find(part, line, amount, Kind.FUNDING, "The partner's funding reference", partner=partner)
        for part, line, amount, partner in _rows(_FUNDING, bank_account)
    ]


def _find_returns(bank_account):
    return [
        return_find(part, line, amount, payout, code, text, "The bank says return, with our reference and the amount")
        for part, line, amount, payout, code, text in _rows(_RETURNS, bank_account)
    ]


def _find_extra(bank_account):
    evidence = "Our reference, and the amount that two people have charged for it"
    return [
        Find(part, line, amount, Kind.EXTRA, evidence, payout=payout, conflict=conflict)
        for part, line, amount, payout, conflict in _rows(_EXTRA, bank_account)
    ]


def _find_contradictions(bank_account):
    return new_contradictions(_rows(_CONTRADICTING, bank_account))


# Each with the sign of the lines that it looks at. Rules that move payouts come first: payouts are locked before the
# accounts of the ledger.
_RULES = (
    (StatementLine.DEBIT, _find_by_reference),
    (StatementLine.DEBIT, _find_batch),
    (StatementLine.CREDIT, _find_returns),
    (StatementLine.DEBIT, _find_extra),
    (StatementLine.DEBIT, _find_fees),
    (StatementLine.CREDIT, _find_funding),
)


def return_find(part, line, amount, payout, code, text, evidence) -> Find:
    """Return the find that a credit is a payout come back, with the reason in words where the bank gave a code only."""
    reason = text or (explain(code) if code else "")
    return Find(part, line, amount, Kind.RETURN, evidence, payout=payout, code=code, reason=reason)


def _end_suspense(parts, lines, *, by):
    """End the suspense of parts that are identified now: the amount comes back out of it."""
    suspended = rows_where(Match, _SUSPENDED, [parts])
    if not suspended:
        return
    reason, author = "identified", author_of(by)
    ask(
        "UPDATE reconciliation_match SET undone_at = %s, undone_by_id = %s::uuid, undone_reason = %s WHERE id = ANY(%s)",
        [database_now(), author and author.pk, reason, [match.pk for match in suspended]],
    )
    post(contra(suspended, reason, next(iter(lines.values())).closed_until))


def _move_money(finds, matches, *, by):
    """Post what the matches mean; payouts post what it means for them."""
    settled, returned, drafts = [], [], []
    partners, repaid = {}, []
    conflicts = {row.pk: row for row in _conflicts({find.conflict for find in finds} - {None})}
    for find, match in zip(finds, matches, strict=True):
        line = match.line
        if find.kind in (Kind.PAYOUT, Kind.BATCH):
            settled.append(_evidence(find, match, line))
        elif find.kind == Kind.RETURN:
            returned.append(_evidence(find, match, line))
        elif find.kind == Kind.FEE:
            drafts.append(postings.fee(match, line))
        elif find.kind == Kind.WRITE_OFF:
            drafts.append(postings.write_off(match, line))
        elif find.kind == Kind.EXTRA:
            drafts.append(postings.charged_debit(match, line, conflicts[find.conflict]))
        elif find.kind == Kind.REPAID:
            drafts.append(postings.repaid(match, line, conflicts[find.conflict]))
            repaid += [find.payout] if conflicts[find.conflict].charged_to == Conflict.Charged.FUNDS else []
        elif find.kind == Kind.FUNDING:
            partners.setdefault(find.partner, []).append((match, line))
    if partners:
        rows = {partner.pk: partner for partner in rows_where(Partner, "WHERE id = ANY(%s)", [list(partners)])}
        for partner, pairs in partners.items():
            drafts += [postings.funding(match, line, rows[partner]) for match, line in pairs]
        nudge(payout_jobs.move_waiting)
    if settled:
        payouts.settle_payouts(settled, by=by)
    if returned:
        payouts.give_back_payouts(returned, by=by)
    post(drafts)
    if repaid:
        facts.record("payout.charge_returned", Payout.objects.lock(repaid), by=by)


def _conflicts(ids):
    return Conflict.objects.filter(pk__in=ids).select_related("payout__partner") if ids else []


def _chunks(finds):
    """Cut finds into chunks; the pieces of one payout, which follow each other, stay together."""
    start = 0
    while start < len(finds):
        end = start + CHUNK
        while end < len(finds) and finds[end].piece > 1:
            end += 1
        yield finds[start:end]
        start = end


def _evidence(find, match, line):
    return payouts.Evidence(
        payout_id=find.payout,
        amount=find.amount,
        line=line.public_id,
        match=match.public_id,
        value_on=line.value_on,
        booked_on=line.posted_on,
        code=find.code,
        reason=find.reason,
    )


def tell(event_type, matches, *, by) -> None:
    """Record one fact per line of the matches."""
    facts = {match.line_id: events.Fact(match.line.public_id, None, match_data(match)) for match in reversed(matches)}
    events.record(event_type, facts.values(), by=by)


def _rows(sql, bank_account, **values):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"bank_account": bank_account.pk, "limit": CHUNK} | values)
        return cursor.fetchall()
