"""
The kill switch: one person stops sending, of everything or of what is named, and it holds at once.

Until its file is sealed a stopped payout is, or goes back to being, scheduled. A sealed file is kept back if everything,
its rail or its bank account is stopped. Lifting is in `apps.audit`, since it looks at what banks have stated.
"""

from django.db import transaction

from apps.core.errors import Fault
from apps.core.ids import NotAnId, decode
from apps.core.permissions import author_of, require_permission
from apps.events.operations import Fact, record
from apps.partners.models import Partner
from apps.payouts.errors import CannotStop
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations.put_back import put_back
from apps.rails.models import BankAccount, PaymentFile, Stop
from apps.rails.operations import CannotSeal
from apps.rails.registry import RAILS
from apps.recipients.models import Recipient

CHUNK = 1000
ROWS = {Stop.Scope.PARTNER: Partner, Stop.Scope.BANK_ACCOUNT: BankAccount, Stop.Scope.RECIPIENT: Recipient}
"""Scopes whose value is the id of a row."""


@transaction.atomic
def stop_sending(scope, value="", *, by, reason, kind=Stop.Kind.MANUAL):
    """
    Stop everything, or one platform, rail, bank account, country of accounts or recipient; return the stop.

    `value` is a public id, the name of a rail or the code of a country. When this returns nothing that the stop covers
    is being started, sealed or handed over, and nothing will be until it is lifted, but for a file whose handing over
    had begun.

    :raises PermissionDenied: if `by` may not stop sending.
    :raises CannotStop: if there is no such thing, it is stopped for this kind of reason, or no reason is given.
    """
    require_permission(by, "payouts.stop_sending")
    if not reason.strip():
        raise CannotStop("Give a reason.", errors=[Fault("/reason", "required", "Give a reason.")])
    value = stored_value(scope, value)
    Stop.objects.close_gate()
    if Stop.objects.open().filter(scope=scope, value=value, kind=kind).exists():
        raise CannotStop("This is stopped already.", code="already-stopped")
    stop = Stop.objects.create(
        kind=kind, scope=scope, value=value, reason=reason.strip()[:400], opened_by=author_of(by)
    )
    record("sending.stopped", [stop_fact(stop)], by=by)
    return stop


def stored_value(scope, value) -> str:
    """
    Return how a stop keeps its value: the id of the row, the name of the rail, the code of the country.

    :raises CannotStop: if there is no such scope or thing.
    """
    if scope == Stop.Scope.EVERYTHING:
        return ""
    if scope == Stop.Scope.RAIL and value in RAILS:
        return value
    if scope == Stop.Scope.COUNTRY and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper():
        return value
    if scope in ROWS:
        model = ROWS[scope]
        try:
            row = model.objects.filter(pk=decode(model.id_prefix, value.strip())).first()
        except NotAnId:
            row = None
        if row:
            return str(row.pk)
    known = scope in Stop.Scope.values
    detail = f"There is no such {Stop.Scope(scope).label.lower()}." if known else "This cannot be stopped as such."
    raise CannotStop(detail, errors=[Fault("/value" if known else "/scope", "unknown", detail)])


def stop_fact(stop, changes=None) -> Fact:
    """Return what happened to a stop, ready to be recorded."""
    data = {"id": stop.public_id, "kind": stop.kind, "scope": stop.scope, "value": stop.value, "reason": stop.reason}
    return Fact(stop.public_id, None, data, changes or {})


def put_back_stopped(file_id) -> int:
    """Take the stopped payouts out of a file that is still open; they are scheduled again. Return how many."""
    taken = 0
    while chunk := _put_back_chunk(file_id):
        taken += chunk
    return taken


@transaction.atomic
def _put_back_chunk(file_id) -> int:
    inside = Payout.objects.filter(attempts__file=file_id, attempts__status=Attempt.Status.PREPARED)
    stopped = list(inside.stopped().order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if not stopped:
        return 0
    [file] = PaymentFile.objects.lock([file_id])
    if file.is_sealed:
        return 0
    payouts = {payout.pk: payout for payout in Payout.objects.lock(stopped)}
    live = Attempt.objects.filter(file=file, payout__any_of=stopped, status=Attempt.Status.PREPARED)
    attempts = Attempt.objects.lock(live.values_list("pk", flat=True))
    given_up = [(payouts[attempt.payout_id], attempt) for attempt in attempts]
    put_back(given_up, "Sending was stopped before the file was sealed.", is_held=False)
    return len(given_up)


def check_none_stopped(file) -> None:
    """
    Let a file be sealed only if nothing in it is stopped; call it while stops are frozen.

    :raises CannotSeal: if something is. It is taken out at the next sweep.
    """
    inside = Payout.objects.filter(attempts__file=file, attempts__status=Attempt.Status.PREPARED)
    if inside.stopped().exists():
        raise CannotSeal("Sending of payouts inside was stopped at this moment.", code="sending-is-stopped")
