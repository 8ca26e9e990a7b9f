"""How much of one line may be written off: a setting that is money, one for each currency."""

from apps.approvals.kinds import Field, SettingKind
from apps.approvals.models import SettingVersion
from apps.core.database import database_now
from apps.core.errors import Fault, Invalid
from apps.core.money import MAX_AMOUNT, format_amount
from apps.core.templatetags.portal import grouped
from apps.rails.terms import read_amount

KIND = "write_off_limit"


def limit_in_force(currency: str) -> int:
    """Return the most, in minor units, that may be written off of one part of a line; 0 where nothing was published."""
    versions = SettingVersion.objects.about(KIND, currency=currency).in_force(database_now())
    return next((version.content["most"] for version in versions), 0)


def _faults(currency: str, name: str, content: dict) -> list[Fault]:
    most = content.get("most") if isinstance(content, dict) and set(content) == {"most"} else None
    if type(most) is not int or not 0 <= most <= MAX_AMOUNT:
        return [Fault("/most", "limit-format", "Give the largest amount, or 0 where nothing may be written off.")]
    return []


def _lines(currency: str, content: dict) -> list[tuple[str, str]]:
    most = content["most"]
    return [("One line", f"at most {grouped(most, currency)} {currency}" if most else "nothing may be written off")]


def _form(currency: str, content: dict | None) -> list[list[Field]]:
    value = format_amount(content["most"], currency) if content else ""
    return [[Field("most", f"Of one line, at most ({currency})", value)]]


def _read(currency: str, form: dict) -> dict:
    faults = []
    most = read_amount(form, "most", currency, faults)
    if faults:
        raise Invalid("The limit has faults.", errors=faults)
    return {"most": most}


WRITE_OFF_LIMIT = SettingKind(
    kind=KIND,
    title="Write-offs",
    about="How much of one statement line may be written off as a loss or gain of the house, by a treasurer and an approver.",
    unsaid="Nothing may be written off",
    places=("currency",),
    faults=_faults,
    lines=_lines,
    form=_form,
    read=_read,
)
