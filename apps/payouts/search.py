"""
What somebody means who quotes something of a payout: an id, a reference, a name, an account, an amount, a batch.

Each meaning that the text can have is one condition that an index answers. Nothing is guessed beyond them.
"""

import re
from decimal import Decimal

from django.db.models import Q

from apps.core.ids import NotAnId, decode
from apps.core.money import MAX_AMOUNT, exponent, is_currency
from apps.partners.models import Partner
from apps.payouts.models import Attempt, Batch
from apps.recipients.models import PayoutMethodVersion, RecipientVersion

MOST_NAMES = 500
SHORTEST_NAME = 2
LARGE_BATCH = 1000
"""What has more payouts than this is not fetched whole to be sorted, but read in the order of the list."""
_IDS = {
    "po": "pk", "bat": "batch", "rcp": "recipient", "ptn": "partner", "apr": "approval", "rev": "review",
    "att": "attempts", "pm": "method",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*", re.ASCII)


def meanings(term: str, currencies) -> tuple[list[tuple[Q, bool]], list[str]]:
    """
    Return the conditions that `term` can mean, each with whether only few rows meet it, and notes to whoever searched.

    `currencies` are those in which an amount without a currency is meant.
    """
    term = " ".join(term.split())
    prefix = term.partition("_")[0].lower()
    if prefix in _IDS:
        try:
            return [(Q((_IDS[prefix], decode(prefix, term.lower()))), prefix not in ("ptn",))], []
        except NotAnId:
            pass
    code = term.replace(" ", "").upper()
    partners = Partner.objects.values("pk")  # named, so that the indexes on (platform, reference) serve
    found = [
        (Q(partner__in=partners, reference=term), True),
        *_batches(Batch.objects.filter(partner__in=partners, reference=term)),
        (Q(end_to_end_id=code), True),
        (Q(pk__in=Attempt.objects.filter(instruction_id=code).values("payout")), True),
    ]
    found += [(Q(currency=currency, amount=amount), False) for currency, amount in amounts(term, currencies)]
    notes = []
    if code.isalnum() and (len(code) == 4 or 15 <= len(code) <= 34):
        versions = PayoutMethodVersion.objects.with_account(code).select_related("method")
        newest = list(versions.order_by("-pk")[: MOST_NAMES + 1])
        if len(newest) > MOST_NAMES:
            notes.append(
                f"More than {MOST_NAMES} accounts end in this; the newest are looked at. Write the whole account number."
            )
        by_recipient = {version.pk: version.method.recipient_id for version in newest[:MOST_NAMES]}
        found.append((Q(recipient__any_of=set(by_recipient.values()), method_version__any_of=by_recipient), True))
    if len(term) >= SHORTEST_NAME and not term.replace(" ", "").isdigit():
        versions = RecipientVersion.objects.named(term).order_by("-pk").values_list("recipient", flat=True)
        recipients = list(versions[: MOST_NAMES + 1])
        if len(recipients) > MOST_NAMES:
            notes.append(
                f"More than {MOST_NAMES} versions of recipients have such a name; the newest are looked at. Write more of it."
            )
        found.append((Q(recipient__any_of=recipients[:MOST_NAMES]), True))
    return found, notes


def _batches(batches) -> list[tuple[Q, bool]]:
    """Return what it means to be of one of these batches: one by one where they are large, the others together."""
    sizes = dict(batches.values_list("pk", "count"))
    large = [pk for pk, count in sizes.items() if count > LARGE_BATCH]
    return [(Q(batch__in=sizes.keys() - set(large)), True), *((Q(batch=pk), False) for pk in large)]


def amounts(term: str, currencies) -> list[tuple[str, int]]:
    """
    Return the amounts in minor units that somebody who writes `term` can mean, per currency.

    A point or comma separates decimals if one or two digits follow it; if three follow, it may separate either. So
    1,250.00 and 1.250,00 are one amount, and 1,250 is that one too, or in a currency of three decimals 1.25.
    """
    text = re.sub(r"[\s'’_\u202f\u00a0]", "", term).upper()
    for currency in (text[:3], text[-3:]):
        if is_currency(currency):
            currencies, text = {currency}, text.removeprefix(currency).removesuffix(currency)
            break
    text = text.strip("€$£¥")
    if not _NUMBER.fullmatch(text) or len(text) > 20:
        return []
    meant = set()
    for currency in sorted(currencies):
        for value in _numbers(text):
            minor = value.scaleb(exponent(currency))
            if minor == int(minor) and 0 < minor <= MAX_AMOUNT:
                meant.add((currency, int(minor)))
    return sorted(meant)


def _numbers(text) -> set[Decimal]:
    marks = [character for character in text if character in ".,"]
    whole = Decimal(re.sub(r"[.,]", "", text))
    if not marks:
        return {whole}
    decimals = len(text) - max(text.rfind("."), text.rfind(",")) - 1
    with_decimals = whole.scaleb(-decimals)
    if len(marks) > 1:  # two kinds: the last one separates decimals; one kind over and over: thousands
        return {with_decimals} if marks[-1] != marks[0] else {whole}
    return {whole, with_decimals} if decimals == 3 else {with_decimals}
