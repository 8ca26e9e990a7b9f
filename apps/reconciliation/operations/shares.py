"""
What a part of a line is where it is several things, and what several parts are where they are one thing.

Nothing finds such sums by itself: a person names what belongs together, and it has to be exact to the cent.
"""

from collections import Counter
from dataclasses import replace

from django.db.models import Q

from apps.core.money import format_amount
from apps.payouts.models import Payout
from apps.reconciliation.errors import CannotMatch
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Expectation
from apps.reconciliation.operations import matching, people
from apps.reconciliation.operations.matching import Find

MOST_SHARES = 50
"""What one person can look through before they decide about all of it."""

WITHOUT_AMOUNT = (Kind.FEE, Kind.FUNDING)
SPLIT_KINDS = (Kind.PAYOUT, Kind.BATCH, Kind.RETURN, Kind.EXTRA, Kind.REPAID, *WITHOUT_AMOUNT)
GROUP_KINDS = (Kind.PAYOUT, Kind.BATCH, Kind.RETURN)


def split_finds(line, part, choices, evidence) -> list[tuple]:
    """
    Return (choice, finds) of each thing that a part of a line is said to be, its payouts locked; together they are the part.

    :raises NotFound: if there is nothing with an id chosen.
    :raises CannotMatch: if one of them does not fit, is named twice, or the sum is not exactly the part.
    """
    if not 2 <= len(choices) <= MOST_SHARES:
        raise CannotMatch(f"Choose between two and {MOST_SHARES} that the line is together.", code="not-together")
    _require_kinds(choices, SPLIT_KINDS, "a split")
    if len({(choice.kind, choice.target) for choice in choices}) < len(choices):
        raise CannotMatch("Something is named twice. Name it once.", code="named-twice")
    for choice in choices:
        if choice.kind in WITHOUT_AMOUNT and not 0 < (choice.amount or 0) < part.amount:
            raise CannotMatch("Say how much of the line is fee or funding.", code="amount-missing")
    _lock_payouts(line.bank_account, choices)
    shares = [(choice, people.find_share(line, part, choice, evidence)) for choice in choices]
    finds = [find for _, found in shares for find in found]
    named = [find.expectation for find in finds if find.expectation]
    if len(set(named)) < len(named):
        raise CannotMatch("A payout is named twice, by itself and by its file. Name one of them.", code="named-twice")
    _require_sum(sum(find.amount for find in finds), part.amount, line.currency, "These are", "the line is")
    return shares


def group_finds(members, choice, evidence) -> list[Find]:
    """
    Return what several parts are together, as if they were one, its payouts locked; `members` are (line, part).

    :raises NotFound: if there is nothing with the id chosen.
    :raises CannotMatch: if they are of several accounts, currencies or directions, or their sum is not what is expected.
    """
    if not 2 <= len(members) <= MOST_SHARES:
        raise CannotMatch(f"Choose between two and {MOST_SHARES} lines that belong together.", code="not-together")
    if len({part.pk for _, part in members}) < len(members):
        raise CannotMatch("A line is named twice. Name it once.", code="named-twice")
    if len({(line.bank_account_id, line.currency, line.sign) for line, _ in members}) > 1:
        raise CannotMatch("Lines belong together only in one currency and in one direction.", code="does-not-fit")
    _require_kinds([choice], GROUP_KINDS, "a group")
    line, part = members[0]
    _lock_payouts(line.bank_account, [choice])
    finds = people.find_share(line, part, choice, evidence)
    total = sum(part.amount for _, part in members)
    _require_sum(total, sum(find.amount for find in finds), line.currency, "The lines are", "expected are")
    return finds


def spread(members, finds) -> list[Find]:
    """
    Return the finds as they fall on the parts, one after the other in the order of both; `members` are (line, part).

    Each that is returned is what one part and one find have in common. Both sums are equal. Where a file was booked in
    several lines, nobody knows which payment was in which; in this order each line and each payment is whole all the same.
    """
    rest, places, spread_out = iter(members), Counter(), []
    left = 0
    for find in finds:
        wanted, piece = find.amount, 0
        while wanted:
            if not left:
                line, part = next(rest)
                left = part.amount
            taken, piece = min(wanted, left), piece + 1
            places[part.pk] += 1
            spread_out.append(
                replace(find, part=part.pk, line=line.pk, amount=taken, place=places[part.pk], piece=piece)
            )
            wanted, left = wanted - taken, left - taken
    return spread_out


def difference(total: int, wanted: int, currency: str) -> str:
    """Say by how much a sum misses what it should be; an empty text if it does not."""
    if total == wanted:
        return ""
    amount = f"{format_amount(abs(total - wanted), currency)} {currency}"
    return f"{amount} too much" if total > wanted else f"{amount} are missing"


def _require_kinds(choices, kinds, what):
    for choice in choices:
        if choice.kind not in kinds:
            raise CannotMatch(f"A line cannot be matched as {choice.kind} in {what}.", code="unknown-kind")


def _require_sum(total, wanted, currency, these, those):
    if total != wanted:
        first, second = (f"{format_amount(amount, currency)} {currency}" for amount in (total, wanted))
        missed = difference(total, wanted, currency)
        raise CannotMatch(f"{these} {first} together, {those} {second}: {missed}.", code="sum-differs")


def _lock_payouts(bank_account, choices):
    """Lock all payouts that choices are about, in id order, as everybody does who locks several."""
    matching.open_expectations(bank_account)
    targets = [choice.target for choice in choices if choice.kind != Kind.FUNDING]
    expected = Expectation.objects.filter(file__in=targets, state=Expectation.State.OPEN).values("payout")
    about = Payout.objects.filter(Q(pk__in=targets) | Q(conflicts__in=targets) | Q(pk__in=expected))
    Payout.objects.lock(about.order_by().values_list("pk", flat=True))
