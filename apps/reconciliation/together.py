"""Reading for the pages where a line is split or grouped: what may belong together, and what a choice comes to."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from apps.core.ids import encode
from apps.partners.models import Partner
from apps.payouts.models import Conflict, Payout
from apps.payouts.states import State
from apps.rails.models import PaymentFile
from apps.reconciliation.effects import Effects, Move
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Expectation, LinePart, Proposal, Share, StatementLine
from apps.reconciliation.operations.people import Choice
from apps.reconciliation.operations.shares import MOST_SHARES, difference
from apps.reconciliation.queries import CANDIDATES, Candidate, weigh

MOST_WEIGHED = 500
"""So many of what is expected are compared with a line, the latest first; others are named by id."""

NOT_EXPECTED = "No debit is expected for it on this account."


@dataclass(frozen=True)
class Item:
    """One thing that was chosen: its public id, what it is called, its amount, or why it cannot be."""

    choice: Choice
    name: str
    title: str
    amount: int = 0
    why_not: str = ""


@dataclass(frozen=True)
class Outcome:
    """
    What a choice comes to: `total` of what was chosen, which should be `wanted`, and by how much it misses it.

    `moves` are the accounts that change, if it is exact.
    """

    items: list[Item]
    parts: list[LinePart]
    total: int
    wanted: int
    missed: str
    moves: list[Move] = field(default_factory=list)

    @property
    def why_not(self) -> list[str]:
        return [f"{item.title}: {item.why_not}" for item in self.items if item.why_not]

    @property
    def is_exact(self) -> bool:
        return bool(self.moves)


def split_candidates(line, part) -> list[Candidate]:
    """Return what is less than a part of a line, and so may be one of several things in it: the likeliest first."""
    return [*_single_candidates(line, part, "lt"), *_file_candidates(line, part, "lt")]


def group_candidates(line, part) -> list[Candidate]:
    """Return what is more than a part of a line, and so may be what several lines are together: the likeliest first."""
    return [*_single_candidates(line, part, "gt"), *_file_candidates(line, part, "gt")]


def other_parts(line, part) -> list[LinePart]:
    """Return the open parts of lines that may belong together with this one, of which nothing is proposed, by day."""
    proposed = Proposal.objects.open()
    shared = Share.objects.filter(proposal__status=Proposal.Status.PROPOSED)
    rows = LinePart.objects.filter(
        is_open=True,
        line__bank_account=line.bank_account_id,
        line__currency=line.currency,
        line__sign=line.sign,
        line__state__in=StatementLine.OPEN_STATES,
    ).exclude(Q(pk=part.pk) | Q(pk__in=proposed.values("part")) | Q(pk__in=shared.values("part")))
    return list(rows.select_related("line").order_by("-line__booked_on", "line__position", "number")[:MOST_SHARES])


def outcome_of_split(line, part, choices) -> Outcome:
    """Return what choices come to, as the things that one part of a line is."""
    items = items_of(line, choices)
    total = sum(item.amount for item in items)
    missed, moves = difference(total, part.amount, line.currency), []
    if len(items) > 1 and not missed and not any(item.why_not for item in items):
        priced = [Choice(item.choice.kind, item.choice.target, part.number, item.amount) for item in items]
        moves = Effects(line, part, priced).of_all(priced)
    return Outcome(items, [part], total, part.amount, missed, moves)


def outcome_of_group(line, parts, choice) -> Outcome:
    """Return what parts of lines come to, as the one thing that they are together."""
    [item] = items_of(line, [choice])
    total = sum(part.amount for part in parts)
    missed, moves = difference(total, item.amount, line.currency), []
    if len(parts) > 1 and not missed and not item.why_not:
        whole = Choice(choice.kind, choice.target, None, total)
        moves = Effects(line, parts[0], [whole]).of(whole)
    return Outcome([item], parts, total, item.amount, missed, moves)


def items_of(line, choices) -> list[Item]:
    """Return choices with what they are called and their amounts, in their order."""
    by_kind = {}
    for choice in choices:
        by_kind.setdefault(Kind(choice.kind), []).append(choice)
    found = {}
    for kind, chosen in by_kind.items():
        found |= {item.choice: item for item in _READERS[kind](line, chosen)}
    return [found[choice] for choice in choices]


def _payouts(line, choices):
    expected = Expectation.objects.filter(
        payout__in=[choice.target for choice in choices],
        bank_account=line.bank_account_id,
        state=Expectation.State.OPEN,
    )
    amounts = dict(expected.values_list("payout", "amount"))
    rows = Payout.objects.select_related("recipient_version").in_bulk([choice.target for choice in choices])
    for choice in choices:
        why_not = "" if choice.target in amounts else NOT_EXPECTED
        yield _of_payout(choice, rows.get(choice.target), amounts.get(choice.target, 0), why_not)


def _returns(line, choices):
    rows = Payout.objects.select_related("recipient_version").in_bulk([choice.target for choice in choices])
    for choice in choices:
        payout = rows.get(choice.target)
        may = payout and payout.bank_account_id == line.bank_account_id and payout.status in (State.SENT, State.PAID)
        why_not = "" if may else "It did not leave this account, or came back before."
        yield _of_payout(choice, payout, payout.net if may else 0, why_not)


def _of_payout(choice, payout, amount, why_not) -> Item:
    name = encode(Payout.id_prefix, choice.target)
    title = f"{name} to {payout.recipient_version.name}" if payout else name
    return Item(choice, name, title, amount, why_not if payout else "There is no such payout.")


def _files(line, choices):
    files = [choice.target for choice in choices]
    expected = Expectation.objects.filter(
        file__in=files, bank_account=line.bank_account_id, state=Expectation.State.OPEN
    )
    rows = expected.order_by().values_list("file").annotate(total=Sum("amount"), count=Count("pk"))
    totals = {file: (int(total), count) for file, total, count in rows}
    messages = dict(PaymentFile.objects.filter(pk__in=files).values_list("pk", "message_id"))
    for choice in choices:
        total, count = totals.get(choice.target, (0, 0))
        title = f"File {messages.get(choice.target, '')}, {count} payments that are expected"
        name = encode(PaymentFile.id_prefix, choice.target)
        yield Item(choice, name, title, total, "" if count else NOT_EXPECTED)


def _conflicts(line, choices):
    rows = Conflict.objects.charged().select_related("payout").in_bulk([choice.target for choice in choices])
    for choice in choices:
        conflict, name = rows.get(choice.target), encode(Conflict.id_prefix, choice.target)
        if conflict is None:
            yield Item(choice, name, name, 0, "There is no such conflict that ended with money gone.")
        else:
            yield Item(choice, name, f"Debit that was charged: {conflict.payout.public_id}", conflict.amount)


def _funding(line, choices):
    rows = Partner.objects.in_bulk([choice.target for choice in choices])
    for choice in choices:
        partner, name = rows.get(choice.target), encode(Partner.id_prefix, choice.target)
        title = f"Funding of {partner.name}" if partner else name
        yield Item(choice, name, title, choice.amount or 0, "" if partner else "There is no such platform.")


def _fees(line, choices):
    return [Item(choice, "", "A fee of the bank", choice.amount or 0) for choice in choices]


_READERS = {
    Kind.PAYOUT: _payouts,
    Kind.RETURN: _returns,
    Kind.BATCH: _files,
    Kind.EXTRA: _conflicts,
    Kind.REPAID: _conflicts,
    Kind.FUNDING: _funding,
    Kind.FEE: _fees,
}


def _single_candidates(line, part, than):
    kind = Kind.RETURN if line.is_credit else Kind.PAYOUT
    found = []
    for payout, amount in _near(line, part, than):
        evidence, score = weigh(part, payout, payout.end_to_end_id, amount)
        choice = Choice(kind.value, payout.pk, part.number)
        title = f"{payout.public_id} to {payout.recipient_version.name}"
        found.append(Candidate(choice, title, amount, line.currency, evidence, score, fits=False))
    return sorted(found, key=lambda candidate: -candidate.score)[:MOST_SHARES]


def _near(line, part, than):
    """Return (payout, amount) of what is expected on the account, or may come back to it, and is less or more than a part."""
    if line.is_credit:
        left = {"bank_account": line.bank_account_id, "currency": line.currency, f"net__{than}": part.amount}
        payouts = Payout.objects.filter(**left, status__in=[State.SENT, State.PAID])
        rows = payouts.select_related("method_version", "recipient_version").order_by("-status_at")
        return [(payout, payout.net) for payout in rows[:MOST_WEIGHED]]
    about = {"bank_account": line.bank_account_id, "currency": line.currency, f"amount__{than}": part.amount}
    expected = Expectation.objects.filter(**about, state=Expectation.State.OPEN)
    rows = expected.select_related("payout__method_version", "payout__recipient_version").order_by("-pk")
    return [(expectation.payout, expectation.amount) for expectation in rows[:MOST_WEIGHED]]


def _file_candidates(line, part, than):
    if line.is_credit:
        return
    expected = Expectation.objects.filter(bank_account=line.bank_account_id, state=Expectation.State.OPEN)
    files = expected.order_by().values("file", "file__message_id").annotate(total=Sum("amount"), count=Count("pk"))
    for file in files.filter(**{f"total__{than}": part.amount}, count__gt=1).order_by("-file")[:CANDIDATES]:
        choice = Choice(Kind.BATCH.value, file["file"], part.number)
        evidence = [f"{file['count']} payments of it are expected"]
        title = f"File {file['file__message_id']}"
        yield Candidate(choice, title, int(file["total"]), line.currency, evidence, 0, fits=False)
