from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from apps import recipients as app
from apps.core.database import database_now, insert_sets, positions_taken, statement
from apps.core.errors import Fault, Invalid
from apps.core.permissions import author_of, require_permission
from apps.core.statements import joined_rows
from apps.events import operations as events
from apps.rails.models import BankAccount
from apps.recipients.cooling import first_usable
from apps.recipients.iban import InvalidAccount, check_bic, check_iban, mask_account
from apps.recipients.models import PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion, index_of_account
from apps.recipients.representation import represent

_PAYEE = (Recipient, RecipientVersion, PayoutMethod, PayoutMethodVersion)


@dataclass(frozen=True)
class MethodDraft:
    """A bank account as a caller sends it."""

    iban: str
    bic: str = ""
    holder_name: str = ""
    currency: str = "EUR"


@dataclass(frozen=True)
class RecipientDraft:
    """A recipient as a caller sends it; texts are already clean (`apps.core.text`)."""

    kind: str
    name: str
    country: str
    method: MethodDraft | None = None
    reference: str = ""
    date_of_birth: date | None = None
    email: str = ""
    address: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What `check_drafts` found: a normalized (IBAN, BIC) or None per draft, and every fault."""

    accounts: list
    faults: list


@transaction.atomic
def create_recipients(partner_id, drafts, *, by, checked=None, now=None):
    """
    Create recipients with their first version and, where given, their first method; return them in order.

    Who is known already by another account, and who is paid to an account that was to be changed to, is paid after a rest.

    Each returned row carries `version` and `method_version` (or None), so that a payout can point at them. `checked` is
    what `check_drafts` said of these drafts and `now` the database's clock, for a caller that has asked already.

    :raises PermissionDenied: if `by` may not create recipients.
    :raises Invalid: naming every fault with a pointer below ``/<position>``; nothing is created then.
    """
    require_permission(by, "recipients.create_recipient")
    checked = checked or check_drafts(partner_id, drafts)
    if checked.faults:
        raise Invalid(errors=checked.faults)

    now = now or database_now()
    author = author_of(by)
    recipients, versions, methods, method_versions = [], [], [], []
    usable = first_usable(partner_id, drafts, checked.accounts, now)
    for draft, account, usable_from in zip(drafts, checked.accounts, usable, strict=True):
        recipient = Recipient.make(partner_id=partner_id, kind=draft.kind, reference=draft.reference, created_at=now)
        recipient.version = version_of(recipient, draft, number=1, author=author)
        recipient.method_version = None
        recipients.append(recipient)
        versions.append(recipient.version)
        if account:
            method = PayoutMethod.make(recipient_id=recipient.pk)
            recipient.method_version = method_version_of(
                method, draft, account, 1, usable_from=usable_from, author=author
            )
            methods.append(method)
            method_versions.append(recipient.method_version)
    try:
        insert_sets(recipients, versions, methods, method_versions)
    except IntegrityError as error:
        raise _taken_meanwhile(drafts, error) from error
    events.record("recipient.created", [fact_of(recipient) for recipient in recipients], by=by)
    return recipients


def check_drafts(partner_id, drafts, *, method_required=False):
    """Check the drafts and return every fault, with a pointer below ``/<position>``; ask the database once."""
    accounts, faults = check_accounts(drafts)
    faults += _repeated_references(partner_id, drafts)
    if method_required:
        faults += [
            Fault(f"/{position}/method", "required", "A recipient given inline needs a payout method.")
            for position, draft in enumerate(drafts)
            if draft.method is None
        ]
    return Checked(accounts, faults)


def payees(partner_id, recipient_ids):
    """
    Return who is paid and where, for the platform's recipients among the ids, in a constant number of queries.

    The value per id is (recipient, current version, {method id: current method version}, newest method first).
    """
    if not recipient_ids:
        return {}
    found, changed = {}, []
    values = [partner_id, list(recipient_ids)]
    for recipient, version, method, newest in joined_rows(_PAYEE, statement(app.__file__, "payees.sql"), values):
        _, _, methods = found.setdefault(recipient.pk, (recipient, version, {}))
        if method:
            newest.method, methods[method.pk] = method, newest
            changed += [newest] if newest.number > 1 else []
    PayoutMethodVersion.objects.attach_changes(changed)
    return found


def check_accounts(drafts):
    """Return a normalized (IBAN, BIC) or None per draft, and the faults with pointers below ``/<position>/method``."""
    accounts, faults = [], []
    for position, draft in enumerate(drafts):
        account = None
        if draft.method:
            pointer = f"/{position}/method/iban"
            try:
                iban = check_iban(draft.method.iban)
                pointer = f"/{position}/method/bic"
                account = (iban, check_bic(draft.method.bic, iban) if draft.method.bic else "")
            except InvalidAccount as error:
                faults.append(Fault(pointer, error.code, error.detail))
        accounts.append(account)
    ours = BankAccount.objects.ours_among(account[0] for account in accounts if account)
    faults += [
        Fault(f"/{position}/method/iban", "own-account", "This is the account that payouts are paid from.")
        for position, account in enumerate(accounts)
        if account and account[0] in ours
    ]
    return accounts, faults


def _repeated_references(partner_id, drafts):
    references = [draft.reference for draft in drafts if draft.reference]
    if not references:
        return []
    taken = set(
        Recipient.objects.filter(partner_id=partner_id, reference__any_of=references).values_list(
            "reference", flat=True
        )
    )
    faults = []
    for position, draft in enumerate(drafts):
        if draft.reference in taken:
            faults.append(
                Fault(f"/{position}/reference", "duplicate-reference", "Another recipient has this reference.")
            )
        elif draft.reference:
            taken.add(draft.reference)
    return faults


def _taken_meanwhile(drafts, error):
    """Return the refusal of a reference that another request took at the same moment, or the error itself."""
    taken = positions_taken(error, "recipient_reference_unique", [draft.reference for draft in drafts])
    detail = "Another recipient has just taken this reference."
    faults = [Fault(f"/{position}/reference", "duplicate-reference", detail) for position in taken]
    return Invalid(errors=faults) if faults else error


def version_of(recipient, draft, *, number, author):
    """Return an unsaved version of a recipient."""
    version = RecipientVersion.make(
        number=number,
        name=draft.name,
        country=draft.country,
        date_of_birth=draft.date_of_birth,
        email=draft.email,
        address=draft.address,
    )
    version.point_at(recipient=recipient, created_by=author)
    return version


def method_version_of(method, draft, account, number, usable_from, author):
    """Return an unsaved version of a method, with its account sealed."""
    iban, bic = account
    version = PayoutMethodVersion.make(
        number=number,
        holder_name=draft.method.holder_name or draft.name,
        account_index=index_of_account(iban),
        account_masked=mask_account(iban),
        country=iban[:2],
        bic=bic,
        currency=draft.method.currency,
        usable_from=usable_from,
    )
    version.point_at(method=method, created_by=author)
    version.seal_account(iban)
    return version


def fact_of(recipient, changes=None):
    """Return what an event says of a recipient that carries `version` and `method_version`."""
    data = represent(recipient, recipient.version, recipient.method_version)
    return events.Fact(recipient.public_id, recipient.partner_id, data, changes or {})
