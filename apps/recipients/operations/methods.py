"""
Where a recipient is paid from now on: one proposes, a second one confirms, and the details rest before money follows.

What waits for a change and moves with the decision are payouts, so `apps.payouts` decides through
`record_method_decision`.
"""

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, Invalid, NotFound, PermissionDenied
from apps.core.permissions import author_of, require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events
from apps.recipients.cooling import cooling_off, first_usable
from apps.recipients.models import MethodChange, PayoutMethod, Recipient, RecipientVersion, index_of_account
from apps.recipients.operations.creating import RecipientDraft, check_accounts, fact_of, method_version_of
from apps.recipients.queries import current_method_version

_LONGEST_REASON = 400
_DECISIONS = {
    "confirm": MethodChange.Status.CONFIRMED,
    "refuse": MethodChange.Status.REFUSED,
    "withdraw": MethodChange.Status.WITHDRAWN,
}
_EVENTS = {
    MethodChange.Status.CONFIRMED: "recipient.method_confirmed",
    MethodChange.Status.REFUSED: "recipient.method_refused",
    MethodChange.Status.WITHDRAWN: "recipient.method_withdrawn",
}


class CannotChangeMethod(Conflict):
    """The method cannot be changed as asked."""

    code = "cannot-change-method"
    codes = {
        "change-waits": (
            "Another account was given before and waits for a second person.",
            "Wait for the decision, or take the change back: POST /recipients/{id}/method/withdraw.",
        )
    }


class CannotDecideChange(Conflict):
    """The change of a method cannot be decided this way now."""

    code = "cannot-decide-change"
    title = "The change of account cannot be decided"
    codes = {
        "own-change": ("Whoever proposed the account decides about it.", "Another person decides."),
        "decided-already": ("It was confirmed, refused or taken back before.", "Read the recipient again."),
        "no-change-waits": (
            "No change of the recipient's account waits, so none can be taken back.",
            "Read the recipient again.",
        ),
    }


@transaction.atomic
def change_method(recipient_id, draft, *, by, reason=""):
    """
    Have the recipient paid to another account: the next version, which a second person has to confirm.

    It rests besides, for as long as is published. Payouts made meanwhile are made to it and wait. A first account is usable
    at once, since there is nothing it could have been swapped for, unless the recipient seems to be a known one made again.

    :raises PermissionDenied: if `by` may not change methods.
    :raises Invalid: if the account has faults, with pointers below ``/method``, or the reason is no plain text.
    :raises CannotChangeMethod: if the recipient is retired, already paid to this account, or another change waits.
    """
    require_permission(by, "recipients.change_method")
    reason = _checked_reason(reason, blank=True)
    [recipient] = Recipient.objects.lock([recipient_id])
    if recipient.status != Recipient.Status.ACTIVE:
        raise CannotChangeMethod("The recipient is retired.")
    recipient.version = RecipientVersion.objects.current("recipient", [recipient_id])[recipient_id]
    one = recipient.version
    whole = RecipientDraft(recipient.kind, one.name, one.country, draft, "", one.date_of_birth, one.email)
    account = _checked_account(whole)
    before = current_method_version(recipient_id)
    _require_change(before, account, draft.holder_name or recipient.version.name)

    now = database_now()
    method = before.method if before else PayoutMethod.objects.create(recipient=recipient)
    number = method.versions.count() + 1
    if before:
        usable_from = now + cooling_off(recipient.partner_id, now)
    else:
        [usable_from] = first_usable(recipient.partner_id, [whole], [account], now, known=[recipient_id])
    version = method_version_of(method, whole, account, number, usable_from, author_of(by))
    version.save(force_insert=True)
    if before:
        MethodChange.objects.create(
            method=method,
            version=version,
            reason=reason,
            proposed_by=author_of(by),
            excluded=sorted(by.people_behind),
            proposed_at=now,
        )
    recipient.method_version = version
    masks = [before.account_masked if before else "", version.account_masked]
    event = "recipient.method_proposed" if before else "recipient.method_changed"
    events.record(event, [fact_of(recipient, {"account": masks})], by=by)
    return recipient


@transaction.atomic
def record_method_decision(change_id, *, by, decision, reason=""):
    """
    Record what a second person says to a change of account, "confirm" or "refuse"; or "withdraw" one's own.

    Moving the payouts that wait for it is the caller's part.

    :raises PermissionDenied: if `by` may not confirm changes, or withdraws what somebody else proposed.
    :raises NotFound: if there is no such change.
    :raises CannotDecideChange: if it is decided already, `by` stands behind it and confirms, or a refusal has no reason.
    """
    if decision not in _DECISIONS:
        raise CannotDecideChange("Confirm it, refuse it, or take it back.")
    require_permission(by, "recipients.change_method" if decision == "withdraw" else "recipients.confirm_method")
    reason = _checked_reason(reason, blank=decision != "refuse")
    recipient, change = _lock_open(change_id)
    stands_behind = bool(set(by.people_behind) & set(change.excluded))
    if decision == "withdraw" and not stands_behind:
        raise PermissionDenied("Only whoever proposed it takes it back.", permission="recipients.change_method")
    if decision != "withdraw" and not by.people_behind:
        raise PermissionDenied("A person decides this, and no program.", permission="recipients.confirm_method")
    if decision != "withdraw" and stands_behind:
        raise CannotDecideChange("Another person decides what you have proposed.", code="own-change")

    turned_down = change.version
    change.status, change.decided_by, change.decided_at = _DECISIONS[decision], author_of(by), database_now()
    change.decided_reason = reason
    change.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])
    recipient.version = RecipientVersion.objects.current("recipient", [recipient.pk])[recipient.pk]
    recipient.method_version = current_method_version(recipient.pk)
    changes = {"method_change": [MethodChange.Status.PROPOSED.value, change.status.value]}
    if change.status != MethodChange.Status.CONFIRMED:
        changes["account"] = [turned_down.account_masked, recipient.method_version.account_masked]
    if reason:
        changes["note"] = ["", reason]
    events.record(_EVENTS[change.status], [fact_of(recipient, changes)], by=by)
    return change


def _lock_open(change_id):
    """Lock the recipient, as whoever proposes does, then the change; return both."""
    known = MethodChange.objects.filter(pk=change_id).values_list("method__recipient", flat=True).first()
    if known is None:
        raise NotFound("There is no such change of account.")
    [recipient] = Recipient.objects.lock([known])
    [change] = MethodChange.objects.select_related("version").lock([change_id])
    if not change.is_open:
        who = f" by {change.decided_by}" if change.decided_by else ""
        raise CannotDecideChange(
            f"{change.get_status_display()}{who} at {change.decided_at:%Y-%m-%d %H:%M} UTC.", code="decided-already"
        )
    return recipient, change


def _checked_account(whole):
    [account], faults = check_accounts([whole])
    if faults:
        raise Invalid(errors=[Fault(fault.pointer.removeprefix("/0"), fault.code, fault.detail) for fault in faults])
    return account


def _require_change(before, account, holder_name):
    if before is None:
        return
    if before.number > 1 and before.change.is_open:
        raise CannotChangeMethod(
            f"The account {before.account_masked} waits for a second person already: have it confirmed, or take it back.",
            code="change-waits",
        )
    if before.account_index == index_of_account(account[0]) and before.holder_name == holder_name:
        raise CannotChangeMethod("The recipient is already paid to this account.")


def _checked_reason(reason, *, blank):
    try:
        return check_text(" ".join(reason.split()), max_length=_LONGEST_REASON, blank=blank)
    except InvalidText as fault:
        detail = "Say why not." if fault.code == "blank" else fault.detail
        raise Invalid(detail, errors=[Fault("/reason", fault.code, detail)]) from fault
