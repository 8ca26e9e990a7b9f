"""
The list of recipients, however many there are: the newest first, leafed through by id.

What a caller quotes is looked up by its index first, so a text never makes the list walk through the table.
"""

from dataclasses import dataclass

from apps.core.ids import NotAnId, decode
from apps.partners.models import Partner
from apps.recipients.models import MethodChange, PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion

SIZE = 50
MOST_FOUND = 500
SHORTEST_NAME = 2


@dataclass
class Question:
    """What the list is asked: every field that is set narrows it."""

    text: str = ""
    partner: object = None
    kind: str = ""
    changes: bool = False


@dataclass
class Found:
    """One page, the newest first, and whether there are newer and older rows; `is_cut_off`: a text means too many."""

    rows: list
    has_newer: bool
    has_older: bool
    is_cut_off: bool


def find(question: Question, *, before=None, after=None, size=SIZE) -> Found:
    """Return the newest recipients that answer the question, or those next to the id `before` or `after`."""
    recipients, is_cut_off = Recipient.objects.order_by("pk" if after else "-pk"), False
    if question.text:
        meant = _meant(question.text)
        is_cut_off = len(meant) > MOST_FOUND
        recipients = recipients.filter(pk__any_of=meant)
    if question.partner:
        recipients = recipients.filter(partner=question.partner)
    if question.kind:
        recipients = recipients.filter(kind=question.kind)
    if question.changes:
        recipients = recipients.filter(pk__in=MethodChange.objects.open().values("method__recipient"))
    if before:
        recipients = recipients.filter(pk__lt=before)
    if after:
        recipients = recipients.filter(pk__gt=after)
    shown = recipients.select_related("partner").prefetch_related("versions", "methods__versions__change")
    rows = list(shown[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if after:
        return Found(rows[::-1], has_more, True, is_cut_off)
    return Found(rows, before is not None, has_more, is_cut_off)


def _meant(text) -> set:
    """Return the ids of recipients that a caller means: by id, reference, last four, account or words of a name."""
    text = " ".join(text.split())
    for prefix, find_by in (("rcp", _itself), ("pm", _of_method), ("mch", _of_change)):
        try:
            return find_by(decode(prefix, text.lower()))
        except NotAnId:
            continue
    # The platforms are named so that the index on (platform, reference) serves.
    lanes = [
        Recipient.objects.filter(partner__in=Partner.objects.values("pk"), reference=text).values_list("pk", flat=True)
    ]
    account = "".join(text.split())
    if account.isalnum() and account.isascii() and (len(account) == 4 or len(account) >= 15):
        accounts = PayoutMethodVersion.objects.with_account(account)
        lanes.append(accounts.values_list("method__recipient", flat=True))
    if len(text) >= SHORTEST_NAME and any(character.isalpha() for character in text):
        lanes.append(RecipientVersion.objects.named(text).values_list("recipient", flat=True))
    return {pk for lane in lanes for pk in lane.order_by()[: MOST_FOUND + 1]}


def _itself(pk):
    return {pk}


def _of_method(pk):
    return set(PayoutMethod.objects.filter(pk=pk).values_list("recipient", flat=True))


def _of_change(pk):
    return set(MethodChange.objects.filter(pk=pk).values_list("method__recipient", flat=True))


def question_of(asked) -> Question:
    """Return what the parameters of an address ask; what is unknown there asks for nothing."""
    try:
        partner = Partner.objects.filter(pk=decode("ptn", asked.get("partner", ""))).first()
    except NotAnId:
        partner = None
    kind = asked.get("kind", "")
    return Question(
        text=asked.get("q", "").strip()[:140].replace("\0", ""),
        partner=partner,
        kind=kind if kind in Recipient.Kind.values else "",
        changes=asked.get("show") == "changes",
    )
