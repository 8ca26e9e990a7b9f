"""Reading for pages: what waits to be matched and with what, statements with their totals, the days of an account."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Prefetch, Q, Sum
from rapidfuzz import fuzz

from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.partners.models import Partner
from apps.payouts.models import Conflict, Payout
from apps.payouts.states import State
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import (
    DayClose,
    Expectation,
    LinePart,
    Match,
    Statement,
    StatementFile,
    StatementLine,
)
from apps.reconciliation.operations.closing import close_faults
from apps.reconciliation.operations.people import Choice

CANDIDATES = 5
"""So many candidates of each kind are shown for a part of a line."""

IN_CONFLICT = "Two people decide under In doubt."

WEIGHTS = {"reference": 60, "amount": 25, "account": 25, "name": 15, "sum": 25}


@dataclass(frozen=True)
class Candidate:
    """What a part of a line might be, with the evidence for and against, best first. `choice` is what `match_line` takes."""

    choice: Choice
    title: str
    amount: int
    currency: str
    evidence: list[str]
    score: int
    fits: bool
    rejected: bool = False


@dataclass(frozen=True)
class OpenPart:
    """A part of a line that nobody has identified, why no rule took it, and what it might be."""

    line: StatementLine
    part: LinePart
    explanation: str
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(frozen=True)
class DayStatus:
    """How far a day of a bank account is: its statement, what is open, and why it cannot be closed yet."""

    day: date
    statement: Statement | None
    open_lines: int
    closed: DayClose | None


def open_lines(bank_account=None):
    """Return the lines that wait for a person, oldest first, with their parts and live matches at hand."""
    lines = StatementLine.objects.open().select_related("bank_account", "statement", "notification")
    if bank_account is not None:
        lines = lines.filter(bank_account=bank_account)
    return lines.prefetch_related(
        "parts", Prefetch("matches", Match.objects.filter(undone_at=None), to_attr="live_matches")
    ).order_by("booked_on", "position")


def open_parts(line, number=None) -> list[OpenPart]:
    """Return the open parts of a line with their candidates, or only the part with this number."""
    parts = line.parts.filter(is_open=True).order_by("number")
    if number is not None:
        parts = parts.filter(number=number)
    return [OpenPart(line, part, _explain(line, part), candidates(line, part)) for part in parts]


def candidates(line, part) -> list[Candidate]:
    """Return what a part of a line might be, best first: payouts and files for debits, returns and partners for credits."""
    rejected = set(
        Match.objects.filter(part=part).exclude(undone_at=None).values_list("expectation", "payout", "partner")
    )
    if line.sign == StatementLine.DEBIT:
        found = [*_payout_candidates(line, part, rejected), *_file_candidates(line, part)]
    else:
        found = [*_return_candidates(line, part, rejected), *_partner_candidates(line, part, rejected)]
    found += _conflict_candidates(line, part, rejected)
    return sorted(found, key=lambda candidate: (candidate.rejected, not candidate.fits, -candidate.score))


def statement_totals(statement) -> dict:
    """Return how many lines of a statement are in which state, and what is still in suspense."""
    counts = statement.lines.aggregate(
        matched=Count("pk", Q(state=StatementLine.State.MATCHED)),
        partly=Count("pk", Q(state=StatementLine.State.PARTLY)),
        unmatched=Count("pk", Q(state=StatementLine.State.UNMATCHED)),
        noted=Count("pk", Q(state=StatementLine.State.NOTED)),
    )
    suspense = Match.objects.filter(line__statement=statement, kind=Kind.SUSPENSE, undone_at=None)
    rows = suspense.values_list("line__sign", "amount")
    return counts | {
        "suspense": sum(amount if sign == StatementLine.CREDIT else -amount for sign, amount in rows),
        "credits": statement.credits,
        "debits": statement.debits,
    }


def days(bank_account, limit=30) -> list[DayStatus]:
    """Return the last days of a bank account for which there are statements, newest first."""
    statements = {}
    chain = Statement.objects.filter(bank_account=bank_account, kind=Statement.STATEMENT).order_by("-number")
    for statement in chain[: limit * 2]:
        statements.setdefault(statement.closes_on, statement)
    closed = {row.day: row for row in DayClose.objects.filter(bank_account=bank_account, day__in=statements)}
    waiting = StatementLine.objects.open().filter(bank_account=bank_account, booked_on__in=statements)
    open_counts = dict(waiting.values_list("booked_on").annotate(count=Count("pk")).order_by())
    return [
        DayStatus(day, statement, open_counts.get(day, 0), closed.get(day))
        for day, statement in sorted(statements.items(), reverse=True)[:limit]
    ]


def why_not_closed(bank_account, day) -> list[Fault]:
    """Return every reason why the day cannot be closed now."""
    return close_faults(bank_account, day)


def set_aside():
    """Return the files that were not imported, newest first."""
    return StatementFile.objects.exclude(status=StatementFile.Status.IMPORTED).select_related("bank_account")


def _explain(line, part) -> str:
    """Say in one sentence why no rule took the part."""
    if not part.references:
        return "It carries no reference of ours whose check digits are right."
    if part.funding_reference and line.sign == StatementLine.CREDIT:
        return "Its funding reference belongs to no platform of this account's mode, or it is a return."
    if not part.payout_reference:
        return "It carries several references of ours, so it is not clear which one is meant."
    payout = Payout.objects.filter(end_to_end_id=part.payout_reference).first()
    if payout is None:
        return "Its reference has the shape of ours, and no payout has it."
    if payout.net != part.amount:
        found, expected = (format_amount(amount, line.currency) for amount in (part.amount, payout.net))
        back = "A partial return, or one less the bank's fee" if line.is_credit else "Another amount"
        return f"{back}: {found}, while {payout.public_id} is {expected} {line.currency}."
    if payout.bank_account_id != line.bank_account_id:
        return f"{payout.public_id} is paid from another bank account."
    if line.is_credit and payout.conflicts.open().exists():
        return f"Its bank contradicts what is known of {payout.public_id}. {IN_CONFLICT}"
    if line.is_credit:
        return f"It carries the reference of {payout.public_id}, but the bank does not call it a return."
    if payout.status in (State.PAID, State.RETURNED):
        return f"{payout.public_id} was debited before: possibly a double debit. {IN_CONFLICT}"
    if payout.has_ended:
        return f"{payout.public_id} is {payout.status}, so no debit was expected. {IN_CONFLICT}"
    return f"{payout.public_id} is {payout.status}, so no debit is expected now."


def _payout_candidates(line, part, rejected):
    near = Q(amount=part.amount) | Q(end_to_end_id__in=part.references)
    expected = Expectation.objects.filter(
        near, bank_account=line.bank_account_id, state=Expectation.State.OPEN, currency=line.currency
    ).select_related("payout__method_version", "payout__recipient_version")
    found = []
    for expectation in expected[:200]:
        evidence, score = weigh(part, expectation.payout, expectation.end_to_end_id, expectation.amount)
        found.append(
            Candidate(
                Choice(Kind.PAYOUT.value, expectation.payout_id, part.number),
                f"{expectation.payout.public_id} to {expectation.payout.recipient_version.name}",
                expectation.amount,
                line.currency,
                evidence,
                score,
                expectation.amount == part.amount,
                (expectation.pk, expectation.payout_id, None) in rejected,
            )
        )
    return sorted(found, key=lambda candidate: -candidate.score)[:CANDIDATES]


def _file_candidates(line, part):
    """Return the files of which everything that is still expected makes exactly this amount."""
    expected = Expectation.objects.filter(bank_account=line.bank_account_id, state=Expectation.State.OPEN)
    files = expected.values("file", "file__message_id").annotate(total=Sum("amount"), count=Count("pk"))
    for file in files.filter(total=part.amount, count__gt=1).order_by("file")[:CANDIDATES]:
        evidence = [f"{file['count']} payments are expected, of exactly this sum"]
        choice = Choice(Kind.BATCH.value, file["file"], part.number)
        title = f"File {file['file__message_id']}"
        yield Candidate(choice, title, part.amount, line.currency, evidence, WEIGHTS["sum"], True)


def _return_candidates(line, part, rejected):
    back = Q(net=part.amount) | Q(end_to_end_id__in=part.references)
    payouts = Payout.objects.filter(
        back, bank_account=line.bank_account_id, currency=line.currency, status__in=[State.SENT, State.PAID]
    ).select_related("method_version", "recipient_version")
    found = []
    for payout in payouts.order_by("-status_at")[:200]:
        evidence, score = weigh(part, payout, payout.end_to_end_id, payout.net)
        if part.is_return or line.reversal:
            evidence.append("the bank calls it a return")
        found.append(
            Candidate(
                Choice(Kind.RETURN.value, payout.pk, part.number),
                f"Return of {payout.public_id} to {payout.recipient_version.name}",
                payout.net,
                line.currency,
                evidence,
                score,
                payout.net == part.amount,
                (None, payout.pk, None) in rejected,
            )
        )
    return sorted(found, key=lambda candidate: -candidate.score)[:CANDIDATES]


def _conflict_candidates(line, part, rejected):
    """Return the debits that two people have charged to somebody and no line shows yet, or that may have come back."""
    live = Match.objects.filter(undone_at=None)
    shown, back = (live.filter(kind=kind).values("conflict") for kind in (Kind.EXTRA, Kind.REPAID))
    charged = Conflict.objects.charged().filter(
        amount=part.amount, currency=line.currency, payout__bank_account=line.bank_account_id
    )
    if line.sign == StatementLine.DEBIT:
        kind, what, rows = Kind.EXTRA, "Debit that was charged", charged.exclude(pk__in=shown)
    else:
        kind, what = Kind.REPAID, "What came back of a debit that was charged"
        rows = charged.filter(pk__in=shown).exclude(pk__in=back)
    for conflict in rows.select_related("payout__method_version", "payout__recipient_version")[:CANDIDATES]:
        payout = conflict.payout
        evidence, score = weigh(part, payout, payout.end_to_end_id, conflict.amount)
        evidence.append(f"charged to: {conflict.get_charged_to_display().lower()}")
        choice = Choice(kind.value, conflict.pk, part.number)
        title = f"{what}: {payout.public_id} to {payout.recipient_version.name}"
        is_rejected = (None, payout.pk, None) in rejected
        yield Candidate(choice, title, conflict.amount, line.currency, evidence, score, True, is_rejected)


def _partner_candidates(line, part, rejected):
    found = []
    for partner in Partner.objects.filter(mode=line.bank_account.mode):
        evidence, score = [], 0
        if partner.funding_reference in part.references:
            evidence.append("its funding reference")
            score += WEIGHTS["reference"]
        likeness = fuzz.token_set_ratio(partner.name.lower(), f"{part.counterparty} {part.remittance}".lower())
        if likeness >= 75:
            evidence.append(f"the name is alike ({likeness:.0f} %)")
            score += WEIGHTS["name"]
        if evidence:
            choice = Choice(Kind.FUNDING.value, partner.pk, part.number)
            known = (None, None, partner.pk) in rejected
            title = f"Funding of {partner.name}"
            found.append(Candidate(choice, title, part.amount, line.currency, evidence, score, True, known))
    return sorted(found, key=lambda candidate: -candidate.score)[:CANDIDATES]


def weigh(part, payout, end_to_end_id, amount) -> tuple[list[str], int]:
    """Return the evidence that a part of a line is about a payout, in words, and its weight."""
    evidence, score = [], 0
    if end_to_end_id in part.references:
        evidence.append("our reference")
        score += WEIGHTS["reference"]
    elif part.references:
        evidence.append("another reference of ours")
        score -= WEIGHTS["reference"]
    if amount == part.amount:
        evidence.append("the amount")
        score += WEIGHTS["amount"]
    index = part.counterparty_account_index
    if index is not None and payout.method_version.account_index is not None:
        same = bytes(index) == bytes(payout.method_version.account_index)
        evidence.append("the account number" if same else "another account number")
        score += WEIGHTS["account"] if same else -WEIGHTS["account"]
    if part.counterparty:
        likeness = fuzz.token_sort_ratio(part.counterparty.lower(), payout.method_version.holder_name.lower())
        if likeness >= 75:
            evidence.append(f"the name is alike ({likeness:.0f} %)")
            score += WEIGHTS["name"]
    return evidence, score
