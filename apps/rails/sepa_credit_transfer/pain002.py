"""
Reading pain.002, the customer payment status report of ISO 20022.

Versions .03 and .10 and what banks make of them: elements are found by local name, statuses may stand on the group, the
payment block or the transaction, and counts (NbOfTxsPerSts) are not believed. Codes that are not known are kept.
"""

from collections.abc import Iterator

from apps.core import xml
from apps.rails.contract import Report, ReportItem, UnreadableReport
from apps.rails.sepa_credit_transfer.reason_codes import DUPLICATES, explain

_SNIFFED_BYTES = 4096
_TAGS = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfId", "OrgnlPmtInfAndSts", "TxInfAndSts")

# ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code. What is not listed has no outcome.
_OUTCOMES = (
    dict.fromkeys(("ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "ACWC", "ACWP", "ACFC"), "accepted")
    | dict.fromkeys(("PART", "PATC"), "partly")
    | dict.fromkeys(("RCVD", "PDNG"), "pending")
    | {"RJCT": "refused"}
)


def is_report(content: bytes) -> bool:
    """Tell from the first bytes whether this is meant as a pain.002."""
    start = content[:_SNIFFED_BYTES]
    return b"pain.002." in start or b"CstmrPmtStsRpt" in start


def read(content: bytes) -> Report:
    """
    Return the report with every status in it, in document order.

    :raises UnreadableReport: if it is no pain.002; with the code of `UnreadableXml` if it is no XML that is let in.
    """
    message_id, original_message_id, block, items = "", "", None, []
    try:
        for _, element in xml.stream(content, _TAGS):
            tag = xml.local_name(element)
            if tag == "GrpHdr":
                message_id = _text(element, "MsgId")
            elif tag == "OrgnlGrpInfAndSts":
                original_message_id = _text(element, "OrgnlMsgId")
                items += _status_of_many(element, "group", "GrpSts", None)
            elif tag == "OrgnlPmtInfId":
                block = (element.text or "").strip() or None
            elif tag == "OrgnlPmtInfAndSts":
                items += _status_of_many(element, "payment", "PmtInfSts", block)
                block = None
            else:
                items.append(_status_of_one(element, block))
                element.clear()
    except xml.UnreadableXml as error:
        raise UnreadableReport(error.code, error.detail) from None
    if not original_message_id and not items:
        raise UnreadableReport("not-a-status-report", "There is no original message and no status in it.")
    return Report(message_id, original_message_id, items)


def _status_of_many(element, level: str, tag: str, payment_information_id: str | None) -> list[ReportItem]:
    """Return the status of a group or payment block, unless it only frames the transactions inside."""
    status = _text(element, tag)
    reasons = _reasons(element)
    if not status and not any(reasons.values()):
        return []
    outcome = _outcome(status, reasons["reason_code"])
    return [ReportItem(level, status, outcome, payment_information_id=payment_information_id, **reasons)]


def _status_of_one(element, payment_information_id: str | None) -> ReportItem:
    status, reasons = _text(element, "TxSts"), _reasons(element)
    return ReportItem(
        level="transaction",
        status=status,
        outcome=_outcome(status, reasons["reason_code"]),
        end_to_end_id=_identifier(element, "OrgnlEndToEndId"),
        instruction_id=_identifier(element, "OrgnlInstrId"),
        payment_information_id=payment_information_id,
        **reasons,
    )


def _outcome(status: str, reason_code: str | None) -> str:
    outcome = _OUTCOMES.get(status, "")
    return "doubtful" if outcome == "refused" and reason_code in DUPLICATES else outcome


def _reasons(element) -> dict:
    """Return code, its meaning and the bank's own words; a code proper wins over NARR ("see the words")."""
    codes, words = [], []
    for info in _children(element, "StsRsnInf"):
        for reason in _children(info, "Rsn"):
            codes += [_text(reason, "Cd") or _text(reason, "Prtry")]
        words += [" ".join((line.text or "").split()) for line in _children(info, "AddtlInf")]
    codes = [code for code in codes if code]
    code = next((code for code in codes if code != "NARR"), codes[0] if codes else None)
    return {
        "reason_code": code,
        "reason_text": explain(code) if code else "",
        "detail": " ".join(word for word in words if word),
    }


def _identifier(element, tag: str) -> str | None:
    value = _text(element, tag)
    return value if value and value != "NOTPROVIDED" else None


def _text(element, tag: str) -> str:
    child = next(_children(element, tag), None)
    return (child.text or "").strip() if child is not None else ""


def _children(element, tag: str) -> Iterator:
    return element.iterchildren(f"{{*}}{tag}")
