"""Other facts about a recipient, and its end."""

from dataclasses import replace

from django.db import transaction

from apps.core.errors import Conflict, Fault, Invalid
from apps.core.permissions import author_of, require_permission
from apps.core.revisions import require_revision
from apps.events import operations as events
from apps.recipients.models import Recipient, RecipientVersion
from apps.recipients.operations.creating import RecipientDraft, fact_of, version_of
from apps.recipients.queries import current_method_version
from apps.recipients.representation import represent

_FACTS = ("name", "country", "date_of_birth", "email")


class CannotChangeRecipient(Conflict):
    """The recipient is retired, so nothing of it changes any more."""

    code = "cannot-change-recipient"
    title = "The recipient cannot be changed"
    cure = "Make a new recipient."


@transaction.atomic
def change_recipient(recipient_id, draft, *, by):
    """
    Keep new facts about a recipient as its next version; payouts already made keep the version they were made with.

    :raises PermissionDenied: if `by` may not create recipients.
    :raises CannotChangeRecipient: if the recipient is retired.
    """
    require_permission(by, "recipients.create_recipient")
    recipient = _lock_active(recipient_id)
    return _keep(recipient, draft, by=by)


@transaction.atomic
def update_recipient(recipient_id, facts, *, by, expected=None):
    """
    Keep some new facts about a recipient, given by name, as its next version; without a difference nothing is kept.

    `expected` is the revision of the recipient that whoever changes it was shown.

    :raises PermissionDenied: if `by` may not create recipients.
    :raises CannotChangeRecipient: if the recipient is retired.
    :raises ChangedMeanwhile: if the recipient is not what it was.
    :raises Invalid: if a company is given a date of birth.
    """
    require_permission(by, "recipients.create_recipient")
    recipient = _lock_active(recipient_id)
    require_revision(represent(recipient, recipient.version, recipient.method_version), expected)
    before = recipient.version
    known = RecipientDraft(recipient.kind, before.name, before.country, address=before.address)
    draft = replace(known, **{name: getattr(before, name) for name in _FACTS} | facts)
    if recipient.kind == Recipient.Kind.COMPANY and facts.get("date_of_birth"):
        detail = "A company has no date of birth: leave this out."
        raise Invalid(errors=[Fault("/date_of_birth", "not-of-a-company", detail)])
    if all(getattr(draft, name) == getattr(before, name) for name in _FACTS):
        return recipient
    return _keep(recipient, draft, by=by)


@transaction.atomic
def retire_recipient(recipient_id, *, by, reason=""):
    """
    Make no new payouts to a recipient, for good; those that exist go on.

    :raises PermissionDenied: if `by` may not create recipients.
    :raises CannotChangeRecipient: if the recipient is retired already.
    """
    require_permission(by, "recipients.create_recipient")
    recipient = _lock_active(recipient_id)
    recipient.status = Recipient.Status.RETIRED
    recipient.save(update_fields=["status"])
    changes = {"status": ["active", "retired"]} | ({"note": ["", reason]} if reason else {})
    events.record("recipient.retired", [fact_of(recipient, changes)], by=by)
    return recipient


def _lock_active(recipient_id):
    """Return the recipient, locked, with its current versions."""
    [recipient] = Recipient.objects.lock([recipient_id])
    recipient.version = RecipientVersion.objects.current("recipient", [recipient_id])[recipient_id]
    recipient.method_version = current_method_version(recipient_id)
    if recipient.status != Recipient.Status.ACTIVE:
        raise CannotChangeRecipient("The recipient is retired.")
    return recipient


def _keep(recipient, draft, *, by):
    before = recipient.version
    recipient.version = version_of(recipient, draft, number=before.number + 1, author=author_of(by))
    recipient.version.save(force_insert=True)
    changed = {
        name: [str(getattr(before, name) or ""), str(getattr(recipient.version, name) or "")]
        for name in _FACTS
        if getattr(before, name) != getattr(recipient.version, name)
    }
    events.record("recipient.changed", [fact_of(recipient, changed)], by=by)
    return recipient
