"""Our accounts at banks."""

import re
from urllib.parse import urlsplit

from django.db import transaction
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from apps.core.crypto import blind_index
from apps.core.errors import Fault, Invalid
from apps.core.money import is_currency
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.events.operations import Fact, record
from apps.rails.contract import Protocol
from apps.rails.models import BankAccount
from apps.rails.transports import folder

_FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


class CannotOpenBankAccount(Invalid):
    """The bank account's details have faults."""

    title = "The bank account cannot be opened"


@transaction.atomic
def open_bank_account(
    name,
    holder_name,
    iban,
    *,
    by,
    mode,
    folder_name,
    bic="",
    currency="EUR",
    pain_version=BankAccount.PAIN_09,
    batch_booking=True,
    instant=None,
    partner=None,
):
    """
    Add an account of ours, from which payouts of its mode and currency can be paid.

    `instant` says where the bank takes instant payments and what it documents: ``{"url": …, "protocol": {…}}``.
    `partner` is the sandbox platform whose payouts alone leave from it.

    :raises PermissionDenied: if `by` may not change bank accounts.
    :raises CannotOpenBankAccount: naming every fault.
    """
    require_permission(by, "rails.change_bankaccount")
    iban = re.sub(r"\s", "", iban).upper()
    bic = (bic or "").strip().upper()
    faults = _check_bank_account(name, holder_name, iban, bic, mode, currency, folder_name, pain_version)
    faults += _check_instant(instant, mode) + _check_partner(partner, mode, currency)
    if faults:
        raise CannotOpenBankAccount(errors=faults)

    account = BankAccount(
        name=name,
        holder_name=holder_name,
        iban_index=blind_index(iban, "rails.bank_account.iban"),
        bic=bic,
        currency=currency,
        country=iban[:2],
        mode=mode,
        folder=folder_name,
        pain_version=pain_version,
        batch_booking=batch_booking,
        instant=instant,
        partner=partner,
    )
    account.write_iban(iban)
    account.save(force_insert=True)
    data = {"name": name, "iban": account.iban_masked, "currency": currency, "mode": mode, "status": account.status}
    if partner:
        data["partner"] = partner.public_id
    record("bank_account.opened", [Fact(account.public_id, None, data)], by=by)
    transaction.on_commit(lambda: folder.prepare(account.path))
    return account


def _check_bank_account(name, holder_name, iban, bic, mode, currency, folder_name, pain_version) -> list[Fault]:
    faults = []
    for pointer, value, longest in (("/name", name, 80), ("/holder_name", holder_name, 70)):
        try:
            check_text(value, max_length=longest)
        except InvalidText as error:
            faults.append(Fault(pointer, error.code, error.detail))
    for pointer, parse, value in (("/iban", IBAN, iban), ("/bic", BIC, bic)):
        try:
            if value or pointer == "/iban":
                parse(value)
        except SchwiftyException:
            faults.append(Fault(pointer, "invalid", f"This is no valid {pointer[1:].upper()}."))
    if mode not in (BankAccount.SANDBOX, BankAccount.LIVE):
        faults.append(Fault("/mode", "invalid", "Use sandbox or live."))
    if not is_currency(currency):
        faults.append(Fault("/currency", "unknown-currency", "Use a current ISO 4217 code in capital letters."))
    if not _FOLDER.fullmatch(folder_name):
        detail = "Small letters, digits, hyphens and underscores, beginning with a letter or digit."
        faults.append(Fault("/folder", "invalid", detail))
    if pain_version not in (BankAccount.PAIN_09, BankAccount.PAIN_03):
        faults.append(Fault("/pain_version", "invalid", "Use pain.001.001.09 or pain.001.001.03."))
    if not faults:
        faults = _check_taken(name, iban, mode, folder_name)
    return faults


def _check_instant(instant, mode) -> list[Fault]:
    if instant is None:
        return []
    if not isinstance(instant, dict) or set(instant) != {"url", "protocol"}:
        return [Fault("/instant", "invalid", "Give url and protocol.")]
    faults = []
    schemes = ("https", "http") if mode == BankAccount.SANDBOX else ("https",)
    address = urlsplit(instant["url"]) if isinstance(instant["url"], str) else None
    if address is None or address.scheme not in schemes or not address.hostname or address.query or address.fragment:
        faults.append(Fault("/instant/url", "invalid", f"An address that begins with {schemes[0]}://."))
    try:
        Protocol.from_record(instant["protocol"])
    except ValueError as error:
        faults.append(Fault("/instant/protocol", "invalid", str(error)))
    return faults


def _check_partner(partner, mode, currency) -> list[Fault]:
    if partner is None:
        return []
    if mode != BankAccount.SANDBOX or partner.mode != mode:
        return [Fault("/partner", "not-sandbox", "Only a sandbox platform has a bank account of its own.")]
    if partner.bank_accounts.active().filter(currency=currency).exists():
        return [Fault("/partner", "taken", f"{partner.name} has a bank account in {currency} already.")]
    return []


def _check_taken(name, iban, mode, folder_name) -> list[Fault]:
    index = blind_index(iban, "rails.bank_account.iban")
    taken = {
        "/name": BankAccount.objects.filter(name=name),
        "/iban": BankAccount.objects.filter(mode=mode, iban_index=index),
        "/folder": BankAccount.objects.filter(folder=folder_name),
    }
    return [
        Fault(pointer, "taken", "Another bank account has this already.")
        for pointer, others in taken.items()
        if others.exists()
    ]
