"""What would come of documents if they were sent to the API now: the same shapes, the same checks, nothing kept."""

import hashlib
import json
from dataclasses import dataclass

from apps.approvals.operations import approvals_needed
from apps.compliance.operations import foresee
from apps.compliance.screening import Subject
from apps.core.crypto import blind_index
from apps.core.errors import Fault, Invalid
from apps.core.ids import encode
from apps.core.text import InvalidText, check_text
from apps.payouts.duplicates import alike
from apps.payouts.operations.create import check_drafts
from apps.payouts.shapes import NEW_PAYOUT, check_payouts, payout_draft
from apps.payouts.together import Part, count_before
from apps.recipients.iban import mask_account
from apps.recipients.models import Recipient, index_of_account

_FINDINGS = {"clear": "clear", "unscreened": "unscreened"}


@dataclass(frozen=True)
class Judged:
    """What one document would come to. `draft` and `answer` are empty where there are faults."""

    clean: dict
    faults: list[Fault]
    draft: object = None
    answer: dict | None = None
    account_index: bytes | None = None
    account_masked: str = ""

    def shown(self) -> dict:
        """Return name and account as a person may see them."""
        recipient = self.clean.get("recipient")
        name = recipient.get("name") if isinstance(recipient, dict) else ""
        return {"name": (self.answer or {}).get("name") or name or "", "account": self.account_masked}

    def promised(self) -> dict:
        """Return what of the answer is told and held to."""
        return {name: value for name, value in (self.answer or {}).items() if name != "name"}


def judge(partner, documents, noted, now, *, beside) -> list[Judged]:
    """
    Say of each document what would come of it; the number of queries does not grow with the documents.

    `noted` are the faults already found of each, such as a row with too few cells; those are not looked at further.
    `beside(accounts)` says by (account, currency) what comes before them in the same file.
    """
    documents = _with_known_recipients(partner, documents, noted)
    cleaned, faults = [], []
    for document, already in zip(documents, noted, strict=True):
        found = list(already)
        cleaned.append(NEW_PAYOUT.read(document, "", found, document) or {} if not found else {})
        faults.append(found)
    apart: list[Fault] = []
    check_payouts(partner, cleaned, [f"/{place}" for place in range(len(cleaned))], apart)
    _share_out(apart, faults, range(len(cleaned)))

    places = [place for place, found in enumerate(faults) if not found]
    drafts = [payout_draft(cleaned[place]) for place in places]
    checked = check_drafts(partner, drafts, apart=True)
    _share_out(checked.faults, faults, places)
    answers = _answers(partner, drafts, checked, [bool(faults[place]) for place in places], now, beside)
    by_place = dict(zip(places, zip(drafts, answers, strict=True), strict=True))
    judged = []
    for place, (clean, found) in enumerate(zip(cleaned, faults, strict=True)):
        draft, answer = by_place.get(place, (None, None))
        judged.append(Judged(clean, found, draft, *(answer or ())))
    return judged


def drafts_of(partner, documents) -> list:
    """
    Return what the operation takes for documents that were found to be valid.

    :raises Invalid: if one is not any more, with pointers below ``/<position>``.
    """
    noted = [[] for _ in documents]
    documents = _with_known_recipients(partner, documents, noted)
    clean = [NEW_PAYOUT.read(document, "", found, document) for document, found in zip(documents, noted, strict=True)]
    if any(noted):
        faults = [fault.below(f"/{place}") for place, found in enumerate(noted) for fault in found]
        raise Invalid(errors=faults)
    return [payout_draft(document) for document in clean]


def digest_of(document, judged) -> bytes:
    """Return the digest of what a row says and what would come of it."""
    said = blind_index(canonical(document), "plan").hex()
    faults = sorted([fault.pointer, fault.code] for fault in judged.faults)
    return hashlib.sha256(canonical([said, judged.promised(), faults]).encode()).digest()


def canonical(value) -> str:
    """Return JSON that is equal for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _with_known_recipients(partner, documents, noted):
    """Put ids in place of recipients that are only named by the platform's reference."""
    named = {}
    for place, document in enumerate(documents):
        recipient = document.get("recipient")
        if isinstance(recipient, dict) and list(recipient) == ["reference"] and not noted[place]:
            named[place] = _clean(recipient["reference"])
    if not named:
        return documents
    rows = Recipient.objects.filter(partner_id=partner.pk, reference__any_of=set(named.values()) - {""})
    ids = {reference: encode(Recipient.id_prefix, pk) for reference, pk in rows.values_list("reference", "pk")}
    documents = list(documents)
    for place, reference in named.items():
        if reference in ids:
            documents[place] = documents[place] | {"recipient": ids[reference]}
        else:
            detail = "No recipient has this reference. Give name, country and IBAN to pay somebody new."
            noted[place].append(Fault("/recipient/reference", "unknown-recipient", detail))
    return documents


def _clean(text) -> str:
    try:
        return check_text(text, max_length=64) if isinstance(text, str) else ""
    except InvalidText:
        return ""


def _share_out(found, faults, places):
    """Give each fault, which points below ``/<position>``, to the document of that position."""
    for fault in found:
        _, position, *rest = fault.pointer.split("/")
        pointer = "/".join(["", *rest]) if rest else ""
        faults[places[int(position)]].append(Fault(pointer, fault.code, fault.detail))


def _answers(partner, drafts, checked, has_faults, now, beside):
    """Return (answer, index of the account, masked account) per draft, None where it has faults."""
    accounts = dict(
        zip(
            [place for place, draft in enumerate(drafts) if draft.is_inline],
            checked.inline.accounts,
            strict=True,
        )
    )
    sound = [place for place, faulty in enumerate(has_faults) if not faulty]
    findings = _findings([checked.payees[place] for place in sound])
    indexed = {place: _account(checked.payees[place], accounts.get(place)) for place in sound}
    parts = [_part(drafts[place], checked.payees[place], indexed[place]) for place in sound]
    needed = _approvals(partner, parts, now, beside)
    found = alike(partner.pk, parts, now)
    answers = [None] * len(drafts)
    for order, place in enumerate(sound):
        draft, payee, route = drafts[place], checked.payees[place], checked.routes[place]
        is_file = route.rail.family == "file"
        answer = {
            "recipient": payee.recipient.public_id if payee.recipient else None,
            "name": payee.version.name if payee.version else draft.recipient.name,
            "rail": route.rail.name,
            "cut_off_at": route.plan.cut_off_at.isoformat() if is_file else None,
            "execute_on": route.plan.execute_on.isoformat(),
            "arrives_on": route.plan.expected_settlement_on.isoformat(),
            **_charges(checked.prices[place]),
            "approvals": needed[order],
            "screening": findings[order],
            "duplicates": [other["id"] for other in found[order]],
        }
        answers[place] = (answer, *indexed[place])
    return answers


def _charges(price) -> dict:
    """Return what a payout would cost, in minor units; nothing where there is no schedule."""
    if not price.terms:
        return {}
    schedule = price.terms["setting"]["id"]
    return {"fee": price.fee, "fee_paid_by": price.paid_by, "fee_schedule": schedule, "total": price.total}


def _findings(payees) -> list[str]:
    """
    Return clear, review or unscreened per payee, and never why.

    Who was rejected before is told like who is to be looked at: a platform may not learn it from here.
    """
    new = [payee.draft for payee in payees if payee.version is None]
    subjects = [Subject(draft.name, draft.country, draft.date_of_birth) for draft in new]
    of_versions, of_subjects = foresee({payee.version.pk for payee in payees if payee.version}, subjects)
    of_subjects = iter(of_subjects)
    return [
        _FINDINGS.get(of_versions[payee.version.pk] if payee.version else next(of_subjects), "review")
        for payee in payees
    ]


def _account(payee, account):
    """Return how the account is found again and how it is shown."""
    if account:
        return index_of_account(account[0]), mask_account(account[0])
    return bytes(payee.method_version.account_index), payee.method_version.account_masked


def _part(draft, payee, account):
    return Part(payee.recipient and payee.recipient.pk, account[0], draft.currency, draft.amount)


def _approvals(partner, parts, now, beside) -> list[int]:
    """Return how many people would have to approve each, with what counts before it made and planned."""
    planned = beside({part.account for part in parts}) if parts else {}
    befores = count_before(partner.pk, parts, now, beside=planned)
    counted = [(part.amount + before.amount, part.currency) for part, before in zip(parts, befores, strict=True)]
    return approvals_needed("payout", partner.pk, counted)
