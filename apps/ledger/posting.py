"""
Posting: how every other app moves money.

    post([JournalDraft("payout.reserved", payout.end_to_end_id, payout.public_id, legs=(…), value_on=today)])

One call posts a whole set of journals with one SQL statement, opens the accounts that are missing and moves every
balance once. It is the last thing an operation does to the database before it records its facts, because the
balances it touches stay locked until the commit.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError

from apps.core.database import assert_in_transaction
from apps.core.errors import Conflict, NotFound
from apps.core.ids import uuid7
from apps.core.money import format_amount, is_currency
from apps.core.statements import ask, send
from apps.ledger.kinds import KINDS
from apps.ledger.models import Journal, Transfer


class AccountKey(NamedTuple):
    """Which account is meant: its kind, whose it is (public id, or empty for the house) and its currency."""

    kind: str
    holder: str
    currency: str


class Leg(NamedTuple):
    """One amount in minor units, from the account it debits to the account it credits."""

    debit: AccountKey
    credit: AccountKey
    amount: int


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """
    What is to be posted for one moment.

    `reference` names what the moment happened to; the pair is posted once, ever. `value_on` is the day from which
    the money counts, `booked_on` the bank's booking day where a bank is involved.
    """

    moment: str
    reference: str
    subject: str
    legs: Sequence[Leg]
    value_on: date
    booked_on: date | None = None
    reverses: UUID | None = None
    details: dict = field(default_factory=dict)


class InsufficientFunds(Conflict):
    """A balance that may not go below its floor would; nothing of the set was posted."""

    code = "insufficient-funds"
    title = "A balance is too small"


class AlreadyPosted(Conflict):
    """The moment was posted before; nothing of the set was posted."""

    code = "already-posted"
    title = "This was posted already"


class AlreadyReversed(Conflict):
    """The journal was reversed before; nothing of the set was posted."""

    code = "already-reversed"
    title = "This journal was reversed already"


class BalanceOutOfRange(Conflict):
    """A sum would leave the range of a 64-bit integer; nothing of the set was posted."""

    code = "balance-out-of-range"
    title = "The ledger cannot count that far"


def post(drafts: Iterable[JournalDraft], *, wait=True) -> list[UUID]:
    """
    Post the journals, all or none, with one statement, and return their ids in the order of the drafts.

    The transaction cannot go on after a refusal; a caller that wants to choose by the balance asks
    `lock_available` first. Only such a caller need not `wait`; what the database refuses then is told to whoever asks,
    settles or commits next, and in its own words.

    :raises InsufficientFunds: naming the accounts that would fall below their floor, and by how much.
    :raises AlreadyPosted: if a moment was posted for its reference before.
    :raises AlreadyReversed: if a journal was reversed before.
    :raises BalanceOutOfRange: if a sum would overflow.
    :raises ValueError: if a draft makes no sense: no leg, unknown kind, two currencies, an amount that is not positive.
    """
    assert_in_transaction()
    drafts = list(drafts)
    if not drafts:
        return []
    for draft in drafts:
        _check(draft)

    accounts = sorted({key for draft in drafts for leg in draft.legs for key in (leg.debit, leg.credit)})
    place = {key: number for number, key in enumerate(accounts, start=1)}
    ids = [uuid7() for _ in drafts]
    journals = [_journal_row(journal_id, draft) for journal_id, draft in zip(ids, drafts, strict=True)]
    transfers = [
        {
            "journal": str(journal_id),
            "leg": number,
            "debit": place[leg.debit],
            "credit": place[leg.credit],
            "currency": leg.debit.currency,
            "amount": leg.amount,
        }
        for journal_id, draft in zip(ids, drafts, strict=True)
        for number, leg in enumerate(draft.legs, start=1)
    ]
    documents = [json.dumps(document) for document in (_account_rows(accounts), journals, transfers)]
    if wait:
        _call("SELECT ledger_post(%s, %s, %s)", documents)
    else:
        send("SELECT ledger_post(%s, %s, %s)", documents)
    return ids


def lock_available(keys: Iterable[AccountKey]) -> dict[AccountKey, int]:
    """
    Lock the accounts until the transaction ends and return what is available on each.

    Accounts that do not exist yet are opened, with nothing on them. Two callers never wait for each other in a circle.

    :raises ValueError: if a key names an unknown kind or currency.
    """
    assert_in_transaction()
    keys = sorted(set(keys))
    if not keys:
        return {}
    for key in keys:
        _check_key(key)
    rows = _call("SELECT available FROM ledger_lock(%s) ORDER BY place", [json.dumps(_account_rows(keys))])
    return {key: available for key, (available,) in zip(keys, rows, strict=True)}


def reverse(journal_id: UUID, reference: str, *, value_on: date, booked_on: date | None = None, details=None):
    """
    Return the draft of the exact contra journal of one journal, ready for `post`.

    :raises NotFound: if there is no such journal.
    """
    return reversals({journal_id: reference}, value_on=value_on, booked_on=booked_on, details=details)[0]


def reversals(
    references: dict[UUID, str], *, value_on: date, booked_on: date | None = None, details: dict | None = None
) -> list[JournalDraft]:
    """
    Return the drafts of the exact contra journals of a set, in the order given, with two queries.

    `references` maps each journal to the reference of its contra, whose moment is the journal's own moment with
    ``.reversed`` behind it. `post` refuses a journal that was reversed before.

    :raises NotFound: if a journal is not there.
    """
    journals = Journal.objects.in_bulk(references)
    if len(journals) != len(references):
        raise NotFound(f"{len(references) - len(journals)} of {len(references)} journals are not there.")
    legs = {journal_id: [] for journal_id in references}
    transfers = Transfer.objects.filter(journal__in=references).select_related("debit", "credit")
    for transfer in transfers.order_by("journal_id", "leg"):
        debited, credited = (
            AccountKey(account.kind, account.holder, account.currency) for account in (transfer.debit, transfer.credit)
        )
        legs[transfer.journal_id].append(Leg(credited, debited, transfer.amount))
    return [
        JournalDraft(
            moment=f"{journals[journal_id].moment}.reversed",
            reference=reference,
            subject=journals[journal_id].subject,
            legs=legs[journal_id],
            value_on=value_on,
            booked_on=booked_on,
            reverses=journal_id,
            details=details or {},
        )
        for journal_id, reference in references.items()
    ]


def _check(draft: JournalDraft) -> None:
    """Stop a draft that is a mistake of the code that wrote it."""
    if not draft.legs:
        raise ValueError(f"{draft.moment} {draft.reference} has no leg")
    for debit, credit, amount in draft.legs:
        if type(amount) is not int or amount <= 0:
            raise ValueError(f"{draft.moment} {draft.reference} moves {amount!r}")
        if debit.currency != credit.currency:
            raise ValueError(f"{draft.moment} {draft.reference} moves {debit.currency} to {credit.currency}")
        if debit == credit:
            raise ValueError(f"{draft.moment} {draft.reference} moves money from {debit.kind} to itself")
        _check_key(debit)
        _check_key(credit)


def _check_key(key: AccountKey) -> None:
    if key.kind not in KINDS or not is_currency(key.currency):
        raise ValueError(f"there is no account of kind {key.kind!r} in {key.currency!r}")


def _account_rows(keys: list[AccountKey]) -> list[dict]:
    return [
        {**key._asdict(), "normal": KINDS[key.kind].normal, "min_available": KINDS[key.kind].min_available}
        for key in keys
    ]


def _journal_row(journal_id: UUID, draft: JournalDraft) -> dict:
    return {
        "id": str(journal_id),
        "moment": draft.moment,
        "reference": draft.reference,
        "subject": draft.subject,
        "value_on": draft.value_on.isoformat(),
        "booked_on": draft.booked_on and draft.booked_on.isoformat(),
        "reverses": draft.reverses and str(draft.reverses),
        "details": draft.details,
    }


def _call(sql: str, documents: list[str]) -> list[tuple]:
    """Call a function of the ledger, and say in the ledger's words what the database refused."""
    try:
        return ask(sql, documents)
    except DatabaseError as error:
        refusal = _refusal(error.__cause__)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error) -> Conflict | None:
    """Return the refusal that a database error means, or None if it is a bug."""
    if error.sqlstate == "PP001":
        return _insufficient_funds(json.loads(error.diag.message_detail))
    if error.sqlstate == "22003":
        return BalanceOutOfRange()
    if error.diag.constraint_name == "ledger_journal_once":
        return AlreadyPosted(error.diag.message_detail)
    if error.diag.constraint_name == "ledger_journal_reverses_id_key":
        return AlreadyReversed()
    return None


def _insufficient_funds(accounts: list[dict]) -> InsufficientFunds:
    sentences = [
        "{kind} of {holder} has {available} {currency}, {asked} more than that is asked.".format(
            kind=account["kind"],
            holder=account["holder"] or "the house",
            currency=account["currency"],
            available=format_amount(account["available"], account["currency"]),
            asked=format_amount(-account["change"] - account["available"], account["currency"]),
        )
        for account in accounts
    ]
    return InsufficientFunds(" ".join(sentences), accounts=accounts)
