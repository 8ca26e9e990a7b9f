"""How amounts, times, states and ids look on every page."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from django import template
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.money import format_amount

register = template.Library()

TONES = {
    "attention": "in_review awaiting_approval awaiting_funds open pending unmatched partly waiting suspense in_review hit unanswered proposed "
    "doubtful partly_accepted unmapped",
    "moving": "scheduled submitting sent sealed handing_over handed_over prepared reserved submitted requested asked reading committing",
    "good": "paid accepted approved cleared clear matched settled delivered active imported met approve live granted confirmed created committed",
    "bad": "failed rejected refused in_doubt returned abandoned parked reject suspended stopped unreadable",
}
_TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}


@register.simple_tag
def money(amount: int | None, currency: str, *, sign: bool = False) -> SafeString | str:
    """Show minor units with separators and their currency; `sign` also marks what is above zero."""
    if amount is None:
        return "–"
    text = grouped(amount, currency)
    if sign and amount > 0:
        text = f"+{text}"
    return format_html('<span class="pp-money">{} <span class="pp-currency">{}</span></span>', text, currency)


@register.simple_tag
def amount(units: int, currency: str) -> str:
    """Return minor units as plain text with their currency, where no markup may be."""
    return f"{grouped(units, currency)} {currency}"


def grouped(amount: int, currency: str) -> str:
    """Return minor units as decimal text with separators: 1,234,567.89."""
    whole, point, decimals = format_amount(abs(amount), currency).partition(".")
    return f"{'−' if amount < 0 else ''}{int(whole):,}{point}{decimals}"


@register.simple_tag
def status(value: str, text: str = "") -> SafeString:
    """Show a state as a label: its words always, its tone as a color besides."""
    value = str(value)
    return format_html(
        '<span class="pp-label pp-label-{}" data-status="{}">{}</span>',
        _TONE_OF.get(value, "plain"),
        value,
        text or words(value),
    )


@register.filter
def words(value) -> str:
    """Turn a name of a program into words: `awaiting_funds` is "Awaiting funds"."""
    text = str(value).replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]


@register.filter
def plainly(value) -> str:
    """Return a value of an event as people write it: lists and objects without brackets, yes and no, a dash for nothing."""
    if isinstance(value, dict):
        return "; ".join(f"{words(name)}: {plainly(one)}" for name, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(plainly(one) for one in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)


@register.filter
def thousands(number: int) -> str:
    """Show a count with separators: 1,234,567."""
    return f"{number:,}"


@register.simple_tag
def when(moment: datetime | str | None, now: datetime | None = None) -> SafeString | str:
    """Show how long ago or ahead a moment is, seen from `now`; the exact time is in the tooltip, and that of UTC."""
    moment = _moment(moment)
    if moment is None:
        return "–"
    title = " · ".join(dict.fromkeys((exact(moment), exact(moment, UTC))))
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, ago(moment, now))


@register.filter
def span(duration: timedelta | None) -> str:
    """Return a duration in words: "2 h 5 min"."""
    return "–" if duration is None else _in_words(duration.total_seconds())


@register.simple_tag
def cut_off(moment: datetime, now: datetime) -> SafeString:
    """Show when a cut-off comes, on the clock of its bank account, or that it was missed; then the next one counts."""
    if moment > now:
        return when(moment, now)
    return format_html('<span class="pp-attention-text">missed {}</span>', when(moment, now))


@register.simple_tag
def at(moment: datetime | str | None) -> SafeString | str:
    """Show the exact moment, to the minute, in the person's zone, which is named; that of UTC is in the tooltip."""
    moment = _moment(moment)
    if moment is None:
        return "–"
    title = f"{exact(moment, UTC)} · {ago(moment)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, exact(moment))


@register.simple_tag
def day(value: date | None) -> str:
    """Show a day with its weekday: Mon 23 Nov 2026."""
    return value.strftime("%a %-d %b %Y") if value else "–"


@register.simple_tag
def public_id(row) -> SafeString:
    """Show the end of a row's id, which tells rows apart; the whole id is in the tooltip."""
    return short(row.public_id)


@register.filter
def short(identifier: str) -> SafeString:
    """Show the prefix and the end of a public id."""
    prefix, _, body = identifier.partition("_")
    return format_html('<code class="pp-id" title="{}">{}_…{}</code>', identifier, prefix, body[-6:])


@register.simple_tag
def page_url(row) -> str:
    """Return the address of a row's page."""
    return f"{_pages_of(row._meta.app_label, row._meta.model_name, get_script_prefix())}{row.public_id}/"


@cache
def _pages_of(app_label, model_name, prefix) -> str:
    """Return what the addresses of all pages of a model begin with; a list of a hundred rows links to several hundred."""
    return reverse(f"admin:{app_label}_{model_name}_change", args=["-"]).removesuffix("-/")


@register.simple_tag
def link(row, text: str = "") -> SafeString:
    """Link to a row's page; without a text by the end of its id."""
    return format_html('<a class="pp-link" href="{}">{}</a>', page_url(row), text or public_id(row))


def exact(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return day and time in a zone, or else in that of the person who looks, with the zone's name at that moment."""
    there = moment.astimezone(zone or timezone.get_current_timezone())
    name = there.tzname()
    return f"{there:%-d %b %Y, %H:%M} {name if name[0].isalpha() else f'UTC{name}'}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return the distance in words: "in 2 h", "3 days ago"."""
    seconds = (moment - (now or timezone.now())).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return "just now" if seconds <= 0 else "in less than a minute"
    text = _in_words(distance)
    return f"in {text}" if seconds > 0 else f"{text} ago"


def _in_words(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    if seconds < 48 * 3600:
        hours, minutes = divmod(int(seconds // 60), 60)
        return f"{hours} h {minutes} min" if minutes and hours < 6 else f"{hours} h"
    return f"{seconds // 86400:.0f} days"


def _moment(value):
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
