"""What a person chose in a form of the bench, read from it, and titles as the bench shows them."""

from django.utils.html import format_html

from apps.core.errors import Fault, NotFound
from apps.core.ids import NotAnId, decode
from apps.core.money import InvalidAmount, parse_amount
from apps.core.templatetags.portal import short
from apps.core.text import whole_number
from apps.partners.models import Partner
from apps.payouts.models import Conflict, Payout
from apps.rails.models import PaymentFile
from apps.reconciliation.errors import CannotMatch
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import StatementLine
from apps.reconciliation.operations import Choice

TARGETS = {
    Kind.PAYOUT: Payout,
    Kind.RETURN: Payout,
    Kind.BATCH: PaymentFile,
    Kind.FUNDING: Partner,
    Kind.EXTRA: Conflict,
    Kind.REPAID: Conflict,
}


def titled(title, target):
    """Return a title with the public id in it shortened, as it is on every page."""
    before, named, after = title.partition(target) if target else (title, "", "")
    return format_html("{}{}{}", before, short(named), after) if named else title


def part_number(text) -> int | None:
    """Return which part of a line a form means; None if it names none."""
    return whole_number(text, 8)


def choice_of(form) -> Choice:
    """Return what a person chose in a form of the bench."""
    kind, target, part = (form.get(name, "").strip() for name in ("kind", "target", "part"))
    number = part_number(part)
    if kind not in TARGETS:
        return Choice(kind, None, number)
    return Choice(kind, target_of(TARGETS[kind], target), number)


def target_of(model, text):
    """Return the key of what the text names: by public id, and payouts also by end-to-end id."""
    try:
        return decode(model.id_prefix, text)
    except NotAnId:
        found = Payout.objects.filter(end_to_end_id=text.upper()).first() if model is Payout and text else None
        if found is None:
            raise NotFound(f"“{text}” names no {model._meta.verbose_name}.") from None
        return found.pk


def named_choice(line, name: str, number) -> Choice:
    """Return what an id stands for at a line: a payout that left or came back, a file, or the debit of a conflict."""
    prefix = name.partition("_")[0]
    if prefix == PaymentFile.id_prefix:
        kind = Kind.BATCH
    elif prefix == Conflict.id_prefix:
        kind = Kind.REPAID if line.is_credit else Kind.EXTRA
    else:
        kind = Kind.RETURN if line.is_credit else Kind.PAYOUT
    return Choice(kind.value, target_of(TARGETS[kind], name), number)


def split_choices(line, form, number) -> list[Choice]:
    """
    Return what a person says a line is together: ticked or named by id, with a fee of the bank or money of a platform.

    :raises NotFound, CannotMatch: if an id names nothing, or an amount is none.
    """
    names = dict.fromkeys([*form.getlist("name"), *form.get("more", "").replace(",", " ").split()])
    choices = [named_choice(line, name, number) for name in names]
    if funded := form.get("funded", "").strip():
        partner = target_of(Partner, form.get("funding", "").strip())
        choices.append(Choice(Kind.FUNDING.value, partner, number, _amount(line, "funded", funded)))
    if fee := form.get("fee", "").strip():
        choices.append(Choice(Kind.FEE.value, None, number, _amount(line, "fee", fee)))
    return choices


def group_members(form) -> list[tuple]:
    """Return the lines that a person says belong together, as (id of the line, number of its part)."""
    members = []
    for name in form.getlist("with"):
        line, _, number = name.partition("/")
        if part_number(number) is None:
            raise NotFound(f"“{name}” names no part of a line.")
        members.append((target_of(StatementLine, line), part_number(number)))
    return members


def _amount(line, name, text) -> int:
    try:
        return parse_amount(text, line.currency)
    except InvalidAmount as error:
        detail = f"“{text}”: {error.detail}"
        raise CannotMatch(detail, code=error.code, errors=[Fault(f"/{name}", error.code, detail)]) from error
