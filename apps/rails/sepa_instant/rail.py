"""SEPA Instant behind the rail contract."""

from urllib.parse import quote, urlsplit

from django.conf import settings

from apps.core.crypto import blind_index
from apps.core.database import assert_no_open_transaction
from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.rails import sepa_text
from apps.rails.contract import Answer, CallRail, Instruction, Protocol
from apps.rails.sepa_instant import client
from apps.rails.sepa_instant.capabilities import CAPABILITIES

# By the bank's documentation nothing is created when it answers with one of these and a code. The first say something
# of the payment. The others say something of us, such as a token that is wrong: the payment may be sent later.
_REFUSALS = (400, 404, 422)
_NOT_LET_IN = (401, 403)
_OUTCOMES = {"ACSC": Answer.EXECUTED, "PDNG": Answer.ACCEPTED, "RJCT": Answer.REFUSED}
_RECALL_OUTCOMES = {"PDNG": Answer.ACCEPTED, "ACCR": Answer.EXECUTED, "RJCR": Answer.REFUSED}


class SepaInstant(CallRail):
    """Euro payments to accounts with an IBAN, credited or refused within ten seconds at any hour."""

    name = "sepa_instant"
    title = "SEPA Instant"
    capabilities = CAPABILITIES

    def check_access(self, bank_account) -> list[Fault]:
        if bank_account.instant is None:
            return [Fault("/rail", "no-instant-access", f"{bank_account.name} has no access to {self.title}.")]
        return []

    def check_text(self, holder_name: str, reference: str, remittance: str) -> list[Fault]:
        most = self.capabilities.max_remittance_length
        return [
            *sepa_text.check_name(holder_name, "/method/holder_name", self.capabilities.max_name_length),
            *sepa_text.check_reference(reference, "/reference", most),
            *sepa_text.check_reference(remittance, "/remittance", most),
        ]

    def bank_text(self, text: str) -> str:
        return sepa_text.to_bank_text(text)

    def protocol(self, bank_account) -> Protocol:
        return Protocol.from_record(bank_account.instant["protocol"])

    def submit(self, bank_account, instruction: Instruction, *, timeout_seconds: float) -> Answer:
        body = {
            "instruction_id": instruction.instruction_id,
            "end_to_end_id": instruction.end_to_end_id,
            "amount": format_amount(instruction.amount, instruction.currency),
            "currency": instruction.currency,
            "creditor": {
                "name": self.bank_text(instruction.creditor_name),
                "iban": instruction.creditor_account,
                "country": instruction.creditor_country,
            },
            "remittance": self.bank_text(instruction.remittance),
        }

        def read(reply, evidence):
            if reply.status in (200, 201):
                return _by_status(reply.content, _OUTCOMES, evidence)
            return _refusal(reply, evidence)

        ids = (instruction.instruction_id, instruction.end_to_end_id)
        return _call(bank_account, "POST", "instant-payments", read, body, timeout_seconds, ids)

    def query(self, bank_account, end_to_end_id: str, *, timeout_seconds: float) -> Answer:
        path = f"instant-payments/{quote(end_to_end_id, safe='')}"
        return _ask(bank_account, path, _OUTCOMES, timeout_seconds, (end_to_end_id,))

    def recall(self, bank_account, recall_id: str, end_to_end_id: str, *, timeout_seconds: float) -> Answer:
        body = {"recall_id": recall_id, "end_to_end_id": end_to_end_id, "reason": {"code": "CUST"}}

        def read(reply, evidence):
            return Answer(Answer.ACCEPTED, evidence=evidence) if reply.status == 202 else _refusal(reply, evidence)

        return _call(bank_account, "POST", "recalls", read, body, timeout_seconds, (recall_id, end_to_end_id))

    def query_recall(self, bank_account, recall_id: str, *, timeout_seconds: float) -> Answer:
        path = f"recalls/{quote(recall_id, safe='')}"
        return _ask(bank_account, path, _RECALL_OUTCOMES, timeout_seconds, (recall_id,))


def _ask(bank_account, path, outcomes, timeout_seconds, ids) -> Answer:
    """Make a query, of which only two answers count: how it stands, and that there is no such thing."""

    def read(reply, evidence):
        if reply.status == 200:
            return _by_status(reply.content, outcomes, evidence)
        if reply.status == 404 and reply.content.get("code") == "absent":
            return Answer(Answer.ABSENT, "absent", _text(reply.content, "detail"), evidence=evidence)
        return _unreadable(reply, evidence)

    return _call(bank_account, "GET", path, read, None, timeout_seconds, ids)


def _call(bank_account, method, path, read, body, timeout_seconds, ids) -> Answer:
    assert_no_open_transaction()
    iban = bank_account.read_iban()
    url = f"{bank_account.instant['url'].rstrip('/')}/accounts/{iban}/{path}"
    secrets = [iban, *([body["creditor"]["iban"]] if body and "creditor" in body else [])]
    if bank_account.mode != "sandbox" and urlsplit(url).scheme != "https":
        return Answer(Answer.NOT_SENT, "insecure-address", "The bank is called over https only.")
    token = _token(bank_account, iban)
    if not token:
        return Answer(Answer.NOT_SENT, "no-token", f"INSTANT_TOKENS has no token for {bank_account.folder}.")
    # No call outlasts what the bank is given for one, whatever time the caller has.
    timeout_seconds = min(timeout_seconds, bank_account.instant["protocol"]["longest_call_seconds"])
    try:
        reply = client.call(method, url, token=token, body=body, timeout_seconds=timeout_seconds)
    except client.NotSent as error:
        return Answer(Answer.NOT_SENT, error.code, str(error))
    except client.Unknown as error:
        evidence = client.without_accounts(error.evidence, secrets, ids)
        return Answer(Answer.UNKNOWN, error.code, str(error), evidence=evidence)
    return read(reply, client.without_accounts(reply.evidence, secrets, ids))


def _token(bank_account, iban) -> str:
    """Return what the bank knows its customer by; that of a sandbox account is derived and stored nowhere."""
    if bank_account.mode == "sandbox":
        return blind_index(iban, "sandbox.instant.token").hex()
    return settings.INSTANT_TOKENS.get(bank_account.folder, "")


def _by_status(content, outcomes, evidence) -> Answer:
    outcome = outcomes.get(content.get("status"))
    if outcome is None:
        return Answer(Answer.UNKNOWN, "unreadable-answer", "The bank's answer has no known status.", evidence=evidence)
    reason = content.get("reason")
    reason = reason if isinstance(reason, dict) else {}
    reference = _text(content, "bank_reference")
    payments = content.get("payments")
    executions = len(payments) if isinstance(payments, list) else 0
    return Answer(outcome, _text(reason, "code"), _text(reason, "text"), reference, evidence, executions)


def _refusal(reply, evidence) -> Answer:
    code = _text(reply.content, "code")
    if reply.status in _REFUSALS and code:
        return Answer(Answer.REFUSED, code, _text(reply.content, "detail"), evidence=evidence)
    if reply.status in _NOT_LET_IN and code:
        return Answer(Answer.NOT_SENT, code, _text(reply.content, "detail"), evidence=evidence)
    return _unreadable(reply, evidence)


def _unreadable(reply, evidence) -> Answer:
    detail = f"The bank answered {reply.status}, which says nothing about the payment."
    return Answer(Answer.UNKNOWN, f"status-{reply.status}", detail, evidence=evidence)


def _text(content, name) -> str:
    value = content.get(name)
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
