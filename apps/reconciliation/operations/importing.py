"""Taking in what banks send: checked whole, stored once, posted and matched in the same transaction."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction

from apps.core.crypto import blind_index
from apps.core.database import insert_rows
from apps.core.errors import Fault
from apps.core.permissions import author_of, require_permission
from apps.core.statements import ask, rows_where
from apps.events import operations as events
from apps.ledger.posting import post
from apps.rails.models import BankAccount
from apps.reconciliation import camt, postings
from apps.reconciliation.balances import stated_balance
from apps.reconciliation.errors import CannotImport
from apps.reconciliation.lines import keep_as_information, line_of, minor_units, parts_of
from apps.reconciliation.models import Statement, StatementFile, StatementLine
from apps.reconciliation.operations.joining import FARTHEST_AHEAD, number_statements
from apps.reconciliation.operations.matching import last_closed_days, match_open_parts
from apps.reconciliation.representation import statement_data

CHUNK = 1000
_SPOKEN_ABOUT = "WHERE iban_index = ANY(%s) AND id = coalesce(%s::uuid, id) ORDER BY id FOR NO KEY UPDATE"

_ALIKE = "WHERE bank_account_id = %s AND fingerprint = ANY(%s) ORDER BY occurrence"


@dataclass(frozen=True)
class Imported:
    """What an import did: the file, its statements, how many lines are new, and whether the file was known before."""

    file: StatementFile
    statements: list[Statement]
    new_lines: int
    already: bool = False


@transaction.atomic
def import_bank_file(data: bytes, file_name: str, *, by, bank_account_id=None, knowingly=False) -> Imported:
    """
    Import a file of statements (camt.053) or notifications (camt.054), whole or not at all; the same bytes once.

    Every booked line is posted: as what it is recognized to be, or to suspense. `bank_account_id` says in whose
    folder the file lay; then it may speak about that account only. `knowingly` says that `by` knows the bank has skipped
    the numbers which a statement that fits by its balances seems to miss, or has booked all of an equal one once more.

    :raises PermissionDenied: if `by` may not import statements.
    :raises StatementMissing: if a statement between the last one and this one is missing.
    :raises CannotImport: naming every reason why the file is not believed.
    """
    require_permission(by, "reconciliation.import_statement")
    digest = StatementFile.digest(data)
    if known := _known(digest):
        return known
    survey = _survey(data)
    accounts = _lock_accounts(survey, bank_account_id)
    if known := _known(digest):  # another worker was faster
        return known
    statements = [_statement(found, accounts[found.account], digest, by) for found in survey.statements]
    closed = last_closed_days({statement.bank_account_id for statement in statements})
    joined = number_statements(statements, closed, knowingly=knowingly)

    warnings = [*map(str, survey.findings), *joined.warnings, *_told_before(joined.firsts)]
    file = _store_file(data, file_name, digest, by, bank_account_id, warnings)
    for statement in statements:
        statement.file = file
    insert_rows(statements)
    _post_openings(joined.firsts)
    new_lines = _import_lines(data, statements, closed)
    facts = [events.Fact(statement.public_id, None, statement_data(statement)) for statement in statements]
    events.record("statement.imported", facts, by=by)
    match_open_parts(list(accounts.values()), by=by)
    return Imported(file, statements, new_lines)


def _known(digest) -> Imported | None:
    found = ask("SELECT id FROM reconciliation_statementfile WHERE sha256 = %s AND status = 'imported'", [digest])
    if not found:
        return None
    file = StatementFile.objects.get(pk=found[0][0])
    return Imported(file, list(file.statements.all()), 0, already=True)


def _survey(data) -> camt.Survey:
    try:
        survey = camt.survey(data)
    except camt.UnreadableBankFile as error:
        raise CannotImport(error.detail, errors=[Fault("", error.code, error.detail)]) from None
    faults = [Fault("", finding.code, finding.detail) for finding in survey.refusals]
    if survey.kind == "camt.052":
        detail = "An intraday report (camt.052) is provisional; the statement (camt.053) of the day is imported."
        faults.append(Fault("", "intraday-report", detail))
    if faults:
        raise CannotImport("Nothing of the file was imported.", errors=faults)
    return survey


def _lock_accounts(survey, bank_account_id) -> dict[str, BankAccount]:
    """Lock our accounts that the file speaks about, in id order, so that imports of one account wait for each other."""
    numbers = {statement.account for statement in survey.statements}
    indexes = [blind_index(number, "rails.bank_account.iban") for number in numbers]
    found, ambiguous = {}, set()
    for account in rows_where(BankAccount, _SPOKEN_ABOUT, [indexes, bank_account_id]):
        number = account.read_iban()
        if number in found:
            ambiguous.add(number)
        found[number] = account
    faults = [
        Fault("", "unknown-account", f"Statement {statement.id} is about another account.")
        for statement in survey.statements
        if statement.account not in found
    ]
    faults += [Fault("", "ambiguous-account", "A sandbox and a live account share the number.") for _ in ambiguous]
    if faults:
        raise CannotImport("The file speaks about an account that it cannot be imported for.", errors=faults)
    return found


def _statement(found: camt.Statement, account, digest, by) -> Statement:
    """Return the unsaved statement, in minor units."""
    if foreign := found.booked_currencies - {account.currency}:
        detail = f"Entries are booked in {', '.join(sorted(foreign))}, the account is in {account.currency}."
        raise CannotImport(detail, errors=[Fault("", "currency-differs", detail)])
    try:
        return Statement(
            bank_account=account,
            kind=found.kind,
            message_id=(found.message_id or "")[:255],
            statement_id=(found.id or digest)[:255],
            sequence=(found.sequence or "")[:40],
            digest=digest,
            currency=account.currency,
            opening=_balance(found.opening, account),
            closing=_balance(found.closing, account),
            opens_on=_date(found.opening and found.opening.date) or _date(found.from_on),
            closes_on=_date(found.closing and found.closing.date) or _date(found.to_on),
            lines_count=found.entries_count,
            credits=minor_units(str(found.booked_credits), account.currency),
            debits=minor_units(str(found.booked_debits), account.currency),
            imported_by=author_of(by),
        )
    except camt.UnreadableBankFile as error:
        raise CannotImport(error.detail, errors=[Fault("", error.code, error.detail)]) from None


def _balance(balance, account) -> int | None:
    if balance is None:
        return None
    if balance.ccy != account.currency:
        detail = f"A balance is in {balance.ccy}, the account in {account.currency}."
        raise CannotImport(detail, errors=[Fault("", "currency-differs", detail)])
    return minor_units(f"{balance.signed:f}", account.currency)


def _date(text) -> date | None:
    return date.fromisoformat(text) if text else None


def _store_file(data, file_name, digest, by, bank_account_id, warnings) -> StatementFile:
    """Keep the bytes; a file that was refused or waited before is the same file, imported now."""
    known = ask("SELECT id FROM reconciliation_statementfile WHERE sha256 = %s FOR UPDATE", [digest])
    if known:
        file = StatementFile.objects.get(pk=known[0][0])
    else:
        file = StatementFile(bank_account_id=bank_account_id, received_by=author_of(by))
        file.write_content(data)
    file.file_name = file_name[:255]
    file.status, file.code, file.reasons, file.warnings = StatementFile.Status.IMPORTED, "", [], warnings
    if known:
        file.save()
    else:
        insert_rows([file])
    return file


def _told_before(firsts):
    """Yield what is to be known of lines that notifications have told of, and whose day is before the books begin."""
    for statement, _ in firsts:
        if not statement.opens_on:
            continue
        [(count,)] = ask(
            "SELECT count(*) FROM reconciliation_statementline"
            " WHERE bank_account_id = %s AND statement_id IS NULL AND status = 'booked' AND booked_on < %s",
            [statement.bank_account_id, statement.opens_on],
        )
        if count:
            yield (
                f"Notifications told of {count} lines booked before {statement.opens_on}, when {statement.statement_id} "
                "opens: its opening balance may hold them too. Import the statement that lists them."
            )


def _post_openings(firsts) -> None:
    """Let the ledger start where the first statement of an account does, also if that has come late."""
    drafts = []
    for statement, first_before in firsts:
        known = first_before.opening if first_before else stated_balance(statement.bank_account)
        drafts.append(postings.open_account(statement, known))
    post([draft for draft in drafts if draft])


def _import_lines(data, statements, closed) -> int:
    """Store the lines of every statement in chunks; return how many are new."""
    new = 0
    seen = Counter()
    entries = camt.read(data)
    begins = _beginnings(statements)
    for statement in statements:
        ours = _entries_until_end(entries)
        position = 0
        while chunk := list(islice(ours, CHUNK)):
            lines = _lines_of(chunk, statement, position)
            account = statement.bank_account_id
            new += _store_chunk(lines, statement, seen, closed.get(account), begins.get(account))
            position += len(chunk)
    return new


def _beginnings(statements) -> dict:
    """Return the day on which the first statement of each account opens that notifications speak about, where it says so."""
    accounts = {statement.bank_account_id for statement in statements if not statement.is_statement}
    firsts = (
        "SELECT bank_account_id, opens_on FROM reconciliation_statement"
        " WHERE bank_account_id = ANY(%s) AND number = 1 AND opens_on IS NOT NULL"
    )
    return dict(ask(firsts, [list(accounts)])) if accounts else {}


def _entries_until_end(entries):
    for _statement, entry in entries:
        if entry is None:
            return
        yield entry


def _lines_of(entries, statement, position) -> list[tuple[StatementLine, camt.Entry]]:
    lines, faults = [], []
    latest = statement.bank_account.business_today() + FARTHEST_AHEAD
    for number, entry in enumerate(entries, start=position + 1):
        name = f"Entry {number} ({entry.acct_svcr_ref or entry.amount})"
        try:
            line = line_of(entry, statement, number)
        except camt.UnreadableBankFile as error:
            faults.append(Fault(f"/entries/{number}", error.code, f"{name}: {error.detail}"))
            continue
        if not date(2000, 1, 1) <= line.booked_on <= latest:
            faults.append(
                Fault(f"/entries/{number}", "date-out-of-range", f"{name} cannot be booked on {line.booked_on}.")
            )
        lines.append((line, entry))
    if faults:
        raise CannotImport("Nothing of the file was imported.", errors=faults)
    return lines


def _store_chunk(lines, statement, seen, closed_until, begin) -> int:
    """
    Tie the lines that are known to this file, add the others with their parts; return how many were added.

    What a notification tells of the days before the books `begin` is in the balance with which they do.
    """
    known = defaultdict(list)
    fingerprints = [line.fingerprint for line, _ in lines]
    for row in rows_where(StatementLine, _ALIKE, [statement.bank_account_id, fingerprints]):
        known[bytes(row.fingerprint)].append(row)
    place = _place_on_statement if statement.is_statement else _place_on_notification
    added, tied = [], []
    for line, entry in lines:
        row = place(line, statement, known[line.fingerprint], seen)
        if row is None:
            _refuse_closed(line, statement, closed_until)
            if begin and not statement.is_statement and line.booked_on < begin:
                keep_as_information(line, entry, statement)
            added.append((line, entry))
        else:
            tied.append((row.pk, line.position))
    insert_rows(line for line, _ in added)
    insert_rows(part for line, entry in added for part in parts_of(entry, line))
    _tie(tied, statement)
    return len(added)


def _place_on_statement(line, statement, rows, seen):
    """
    Return the known line that this entry is: one that only a notification has told of. None makes it a new line.

    Statements follow each other without overlap, so an entry that another statement lists is another entry; the
    bank's reference says otherwise only if the bank books the same thing twice.
    """
    for row in rows:
        if row.statement_id is None:
            row.statement_id = statement.pk
            return row
        if row.bank_reference and row.statement_id != statement.pk:
            detail = f"Entry {line.position} ({line.bank_reference}) is on an earlier statement already."
            raise CannotImport(detail, errors=[Fault(f"/entries/{line.position}", "line-known", detail)])
    _add(line, rows)
    line.statement = statement
    return None


def _place_on_notification(line, statement, rows, seen):
    """Return the known line that this entry is: the one with its number among equal entries. None makes it a new one."""
    seen[line.fingerprint] += 1
    number = seen[line.fingerprint]
    if number <= len(rows):
        return rows[number - 1]
    _add(line, rows)
    line.notification = statement
    return None


def _add(line, rows):
    line.occurrence = rows[-1].occurrence + 1 if rows else 1
    rows.append(line)


def _refuse_closed(line, statement, closed_until):
    if closed_until and line.booked_on <= closed_until:
        detail = f"Entry {line.position} is booked on {line.booked_on}; the days until {closed_until} are closed."
        raise CannotImport(detail, errors=[Fault(f"/entries/{line.position}", "day-closed", detail)])


def _tie(tied, statement):
    """Note on known lines that this file tells of them too."""
    if not tied:
        return
    column = "statement_id" if statement.is_statement else "notification_id"
    position = ", position = told.position" if statement.is_statement else ""
    ids, positions = zip(*tied, strict=True)
    ask(
        f"UPDATE reconciliation_statementline AS line SET {column} = %s{position}"  # noqa: S608 - fixed names
        "  FROM unnest(%s::uuid[], %s::int[]) AS told (id, position)"
        f" WHERE line.id = told.id AND line.{column} IS NULL",
        [statement.pk, list(ids), list(positions)],
    )
