"""Platforms of the sandbox: each has its own account at the simulated bank, so its own clock."""

import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from apps.approvals.operations import set_policy
from apps.core.database import database_now
from apps.core.errors import Conflict, NotFound
from apps.core.permissions import SYSTEM, require_permission
from apps.events.operations import Fact, record
from apps.partners.models import ApiKey, Mode, Partner
from apps.partners.operations import create_key, create_partner, suspend_partner
from apps.partners.scopes import SCOPES
from apps.payouts.models import Payout
from apps.payouts.states import FINAL
from apps.rails.models import BankAccount
from apps.rails.operations import open_bank_account
from apps.sandbox.instant.behavior import USUAL_TERMS
from apps.sandbox.models import OpenedPlatform
from apps.sandbox.representation import represent_platform

MOST_OPEN = 20
"""Platforms that one sandbox platform may have opened and not closed again."""

NO_APPROVALS = [{"up_to": None, "approvals": 0}]


class CannotOpenPlatform(Conflict):
    """None was opened."""

    code = "cannot-open-platform"
    codes = {
        "opened-itself": (
            "The platform was itself opened by API.",
            "Open it with a key of the platform that opened this one.",
        ),
        "too-many-open": (
            f"{MOST_OPEN} platforms are open that this one opened.",
            "Close those that are not needed any more.",
        ),
    }
    title = "No sandbox platform can be opened"


@dataclass(frozen=True)
class Sandbox:
    """Everything an integrator needs to start: the token is shown here and nowhere else."""

    partner: Partner
    bank_account: BankAccount
    key: ApiKey
    token: str


@transaction.atomic
def add_platform(name, mode, *, by, twin_of=None):
    """
    Add a platform, and for one of the sandbox an account at the simulated bank that is its own.

    `twin_of` is the id of the live platform for whose programs this is the sandbox.

    :raises PermissionDenied: if `by` may not add partners.
    :raises CannotCreatePartner: with a fault for the name, the mode, or a twin that cannot be one.
    """
    partner = create_partner(name, mode, by=by, twin_of=twin_of)
    if partner.mode == Mode.SANDBOX:
        _open_account(partner)
    return partner


@transaction.atomic
def open_sandbox(name, *, by, bands=None):
    """
    Set up a sandbox platform: the partner, the bank account it pays from, and a key with every scope.

    `bands` is the partner's approval policy in EUR; without it the portal's default counts.

    :raises PermissionDenied: if `by` may not add partners or manage keys.
    :raises CannotCreatePartner: if the name cannot be taken.
    :raises CannotPublish: if too few people may approve.
    """
    partner = create_partner(name, Mode.SANDBOX, by=by)
    account = _open_account(partner)
    key, token = create_key(partner.pk, "Sandbox", sorted(SCOPES), by=by)
    if bands is not None:
        set_policy(partner.pk, "EUR", bands, by=by)
    return Sandbox(partner, account, key, token)


@transaction.atomic
def open_from_sandbox(opener_id, name, *, by):
    """
    Open a clean sandbox platform for the programs of another one; its payouts need no approval.

    The system opens it, because the key that asks may do nothing of the kind elsewhere.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if the opener is no sandbox platform.
    :raises CannotOpenPlatform: if the opener was itself opened so, or has too many open.
    :raises CannotCreatePartner: if the name cannot be taken.
    """
    require_permission(by, "sandbox.control")
    [opener] = Partner.objects.filter(mode=Mode.SANDBOX).lock([opener_id])
    if OpenedPlatform.objects.filter(partner=opener).exists():
        raise CannotOpenPlatform("A platform that was opened by API opens no others.", code="opened-itself")
    if OpenedPlatform.objects.filter(opener=opener, closed_at=None).count() >= MOST_OPEN:
        raise CannotOpenPlatform(f"{MOST_OPEN} are open. Close those that are not needed.", code="too-many-open")
    sandbox = open_sandbox(name, bands=NO_APPROVALS, by=SYSTEM)
    opened = OpenedPlatform.objects.create(partner=sandbox.partner, opener=opener)
    record("sandbox.platform_opened", [_fact(opened)], by=by)
    return sandbox


@transaction.atomic
def close_opened_platform(opener_id, partner_id, *, by):
    """
    Refuse the keys of a platform that was opened by API, and close its bank account once no payout of it is under way.

    Closing it again is no fault: it looks again whether anything is under way.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if the opener opened no such platform.
    """
    require_permission(by, "sandbox.control")
    opened = OpenedPlatform.objects.select_for_update().filter(opener=opener_id, partner=partner_id).first()
    if opened is None:
        raise NotFound("There is no such platform.")
    if opened.closed_at is not None:
        return opened
    suspend_partner(partner_id, by=SYSTEM)
    if not Payout.objects.filter(partner=partner_id).exclude(status__in=FINAL).exists():
        for account in BankAccount.objects.active().filter(partner=partner_id):
            _close_account(account)
        opened.closed_at = database_now()
        opened.save(update_fields=["closed_at"])
        record("sandbox.platform_closed", [_fact(opened)], by=by)
    return opened


def _open_account(partner) -> BankAccount:
    """Open an account at the simulated bank for a platform: euro, credit transfers in files and instant payments."""
    known = BankAccount.objects.active().filter(mode="sandbox", instant__isnull=False).order_by("-pk").first()
    url = known.instant["url"] if known else f"http://127.0.0.1:{settings.SANDBOX_INSTANT_PORT}"
    return open_bank_account(
        _new_name(partner),
        "Payouts Portal Sandbox",
        _new_iban(),
        by=SYSTEM,
        mode="sandbox",
        folder_name=f"sandbox-eur-{partner.public_id}",
        bic="SANDDEFFXXX",
        instant={"url": url, "protocol": asdict(USUAL_TERMS)},
        partner=partner,
    )


def _close_account(account) -> None:
    account.status = BankAccount.CLOSED
    account.save(update_fields=["status"])
    data = {"name": account.name, "iban": account.iban_masked, "status": account.status}
    changes = {"status": [BankAccount.ACTIVE, BankAccount.CLOSED]}
    record("bank_account.closed", [Fact(account.public_id, None, data, changes)], by=SYSTEM)


def _new_name(partner) -> str:
    name = f"Sandbox bank EUR, {partner.name}"[:70]
    is_taken = BankAccount.objects.filter(name=name).exists()
    return f"{name} {partner.public_id[-6:]}" if is_taken else name


def _new_iban() -> str:
    body = "99999999" + f"{secrets.randbelow(10**10):010d}"
    return f"DE{98 - int(f'{body}131400') % 97:02d}{body}"


def _fact(opened) -> Fact:
    return Fact(opened.partner.public_id, None, represent_platform(opened))
