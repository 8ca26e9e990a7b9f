"""Rows and inputs that tests are made of; every name and number here is invented."""

from itertools import count

from apps.approvals import operations as approvals
from apps.compliance.operations import load_watchlist, propose_decision
from apps.core.permissions import SYSTEM
from apps.partners import operations as partners
from apps.partners.scopes import SCOPES
from apps.payouts.operations import PayoutDraft
from apps.rails.operations import open_bank_account
from apps.recipients.operations import MethodDraft, RecipientDraft
from apps.reconciliation.operations import import_bank_file
from apps.users.operations import create_person
from tests import bank_files

_numbers = count(1)

LISTED = "Zoltar Vexwick"
"""The one person on the test watchlist who is not there by another name."""

_SDN = """\
9001,"VEXWICK, Zoltar","individual","TESTPROG",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 12 Mar 1961."
9002,"GRIMBLE TRADING FZE",-0- ,"TESTPROG",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- 
"""  # noqa: W291
_ALT = '9002,1,"aka","GRIMBLE GENERAL COMMERCE",-0- \n'
_ADD = '9002,1,"1 Nowhere Road","Port Null","United Kingdom",-0- \n'


def iban(number=None, country="DE"):
    """Return an invented IBAN with right check digits; the bank code belongs to no bank."""
    body = f"{number if number is not None else next(_numbers):010d}"
    bban = {"DE": f"99999999{body}", "BE": None}.get(country) or f"99999999{body}"
    digits = "".join(str(int(character, 36)) for character in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


def person(role=None, name=None, password=None):
    number = next(_numbers)
    roles = [role] if role else []
    address = f"person{number}@example.test"
    return create_person(address, name or f"Person {number}", by=SYSTEM, roles=roles, password=password)


def approvers():
    return [person("approver", f"{name} Approver") for name in ("Ann", "Bo", "Cy")]


def partner(name=None, mode="sandbox"):
    return partners.create_partner(name or f"Platform {next(_numbers)}", mode, by=SYSTEM)


def key_of(platform, scopes=tuple(SCOPES)):
    """Return (service user acting through a new key, token)."""
    key, token = partners.create_key(platform.pk, f"Key {next(_numbers)}", scopes, by=SYSTEM)
    if key.waits:
        partners.confirm_key(key.pk, by=person("administrator"))
    from apps.partners.authentication import key_for

    return key_for(token).partner.service_user, token


def bank_account(name="Sandbox EUR", mode="sandbox", **details):
    number = next(_numbers)
    return open_bank_account(
        f"{name} {number}",
        details.pop("holder_name", "Payouts Portal"),
        iban(8_000_000_000 + number),
        by=SYSTEM,
        mode=mode,
        folder_name=f"bank-{number}",
        **details,
    )


def policy(*bands, platform=None):
    """Set the approval policy: pairs of (up to this many minor units or None, approvals)."""
    bands = [{"up_to": up_to, "approvals": approvals_} for up_to, approvals_ in bands]
    return approvals.set_policy(platform.pk if platform else None, "EUR", bands, by=SYSTEM)


def setting(kind, content, *, currency="", name="", platform=None, begins_at=None, people=None):
    """Publish a version of a setting that is money: one person drafts and proposes it, another one publishes it."""
    author, second = people or (person("treasurer"), person("compliance_officer"))
    draft = approvals.SettingDraft(kind, content, platform and platform.pk, currency, name, begins_at, "For a test")
    version = approvals.draft_setting(draft, by=author)
    approvals.propose_setting(version.pk, by=author)
    return approvals.publish_setting(version.pk, by=second)


def fees(rail="sepa_credit_transfer", *, platform=None, currency="EUR", begins_at=None, people=None, **terms):
    """Publish a fee schedule; what is not said of it is: nothing, paid by the platform, given back after a return."""
    content = {"fixed": 0, "basis_points": 0, "minimum": None, "maximum": None}
    content |= {"paid_by": "platform", "refunded_on_return": True} | terms
    place = {"currency": currency, "name": rail, "platform": platform}
    return setting("fees", content, **place, begins_at=begins_at, people=people)


def watchlist(folder, sdn=_SDN, alt=_ALT, add=_ADD):
    """Write a small list in OFAC's format and load it."""
    paths = []
    for name, text in (("sdn.csv", sdn), ("alt.csv", alt), ("add.csv", add)):
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    return load_watchlist(paths, by=SYSTEM)


def fund(platform, account, amount):
    """Credit a platform's balance with minor units of EUR, as the bank would tell it."""
    notification = bank_files.credit_notification(account, amount, platform.funding_reference)
    return import_bank_file(notification, f"funding-{next(_numbers)}.xml", by=SYSTEM)


def funded_platform(account):
    """Return a platform with 100,000.00 EUR whose payouts need nobody up to 1,000.00, one to 10,000.00, then two."""
    platform = partner("Quillmarket")
    policy((100_000, 0), (1_000_000, 1), (None, 2), platform=platform)
    fund(platform, account, 10_000_000)
    return platform


def recipient_draft(name="Ada Quill", **details):
    method = details.pop("method", None) or MethodDraft(iban=details.pop("iban", None) or iban())
    return RecipientDraft(details.pop("kind", "individual"), name, details.pop("country", "DE"), method, **details)


def propose_to_clear(review_id, by=None):
    """Have somebody of compliance say that a review comes to nothing, so that an officer can clear it."""
    by = by or person("compliance_analyst")
    return propose_decision(review_id, by=by, decision="clear", reason="Another date of birth.")


def payout_draft(amount=12550, recipient=None, **details):
    return PayoutDraft(
        recipient=recipient or recipient_draft(),
        amount=amount,
        currency=details.pop("currency", "EUR"),
        reference=details.pop("reference", None) or f"INV-{next(_numbers)}",
        **details,
    )
