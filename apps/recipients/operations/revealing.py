"""A whole account number, for one person, one time."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.core.errors import Conflict, Fault, Invalid, PermissionDenied
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events
from apps.recipients.models import PayoutMethodVersion, Reveal

SHORTEST_REASON = 10
PERIOD = timedelta(hours=1)


class CannotReveal(Conflict):
    """The number is not shown now."""

    code = "cannot-reveal"
    title = "The number is not shown"


@transaction.atomic
def reveal_account(version_id, *, by, reason, asked) -> str:
    """
    Return an account number in clear, and record who was shown it and why.

    `asked` is the id of the form that asks: it is answered once. One person sees `REVEALS_PER_HOUR` numbers in any
    hour, however many they ask for at the same moment.

    :raises PermissionDenied: if `by` may not see account numbers, or is no person.
    :raises Invalid: if there is no proper reason.
    :raises CannotReveal: if this form was answered before, or the person has seen too many.
    """
    require_permission(by, "recipients.reveal_account")
    if by.actor_kind != "person":
        raise PermissionDenied("Account numbers are shown to people.", permission="recipients.reveal_account")
    reason = _checked_reason(reason)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"recipients.reveal/{by.pk}"])
    if Reveal.objects.filter(asked=asked).exists():
        raise CannotReveal("It was shown already. Ask again if it is still needed.", code="shown-already")
    if Reveal.objects.filter(person=by, shown_at__gt=Now() - PERIOD).count() >= settings.REVEALS_PER_HOUR:
        raise CannotReveal(
            f"You have been shown {settings.REVEALS_PER_HOUR} numbers within an hour. Wait, or ask a colleague.",
            code="too-many-reveals",
        )

    version = PayoutMethodVersion.objects.select_related("method__recipient").get(pk=version_id)
    reveal = Reveal.objects.create(version=version, person=by, reason=reason, asked=asked)
    data = {
        "id": reveal.public_id,
        "recipient": version.method.recipient.public_id,
        "method": version.method.public_id,
        "version": version.number,
        "account": version.account_masked,
        "reason": reason,
    }
    # Of the version and not of the recipient, whose events the platform counts.
    events.record("account.revealed", [events.Fact(version.public_id, None, data)], by=by)
    return version.open_account()


def _checked_reason(reason):
    try:
        reason = check_text(" ".join(reason.split()), max_length=400)
    except InvalidText as fault:
        raise _no_reason() if fault.code == "blank" else Invalid(fault.detail) from fault
    if len(reason) < SHORTEST_REASON:
        raise _no_reason()
    return reason


def _no_reason():
    detail = f"Say in at least {SHORTEST_REASON} characters what the number is needed for; auditors read it."
    return Invalid(detail, errors=[Fault("/reason", "required", detail)])
