"""Writing the bank's answer to a payment file (pain.002.001.10, and .03 to files of pain.001.001.03)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from apps.sandbox.messages.document import moment, plain, write

_ANSWERS = {"pain.001.001.03": "pain.002.001.03"}


@dataclass(frozen=True)
class Reason:
    """Why something is refused: an ISO 20022 status reason code and the bank's words."""

    code: str
    text: str


@dataclass(frozen=True)
class TransferAnswer:
    """What the bank says about one payment; no reason means accepted."""

    instruction_id: str
    end_to_end_id: str
    amount: int
    reason: Reason | None = None


@dataclass(frozen=True)
class BlockAnswer:
    """What the bank says about one payment information block, and about each payment in it when they differ."""

    payment_information_id: str
    transfers: list[TransferAnswer] = field(repr=False)
    reason: Reason | None = None

    @property
    def status(self) -> str:
        return "RJCT" if self.reason else _status(transfer.reason is None for transfer in self.transfers)


@dataclass(frozen=True)
class Answer:
    """What the bank says about one payment file."""

    message_id: str
    created_at: datetime
    bank_bic: str
    original_message_id: str
    original_name: str
    original_count: int | None = None
    original_sum: int | None = None
    reason: Reason | None = None
    blocks: list[BlockAnswer] = field(default_factory=list, repr=False)

    @property
    def status(self) -> str:
        if self.reason:
            return "RJCT"
        parts = [block.status for block in self.blocks]
        return parts[0] if len(set(parts)) == 1 else "PART"

    @property
    def name(self) -> str:
        return _ANSWERS.get(self.original_name, "pain.002.001.10")


def write_answer(answer: Answer) -> bytes:
    """Return the pain.002; payments are listed one by one where a block was taken in part or refused in part."""
    bic = "BIC" if answer.name.endswith(".03") else "BICFI"
    tree = [
        ("MsgId", answer.message_id),
        ("CreDtTm", moment(answer.created_at)),
        ("DbtrAgt", [("FinInstnId", [(bic, answer.bank_bic)])]),
    ]
    group = [
        ("OrgnlMsgId", answer.original_message_id or "NOTPROVIDED"),
        ("OrgnlMsgNmId", answer.original_name or "pain.001"),
        ("OrgnlNbOfTxs", answer.original_count),
        ("OrgnlCtrlSum", None if answer.original_sum is None else plain(answer.original_sum)),
        ("GrpSts", answer.status),
        *_reason(answer.reason, answer.bank_bic, bic),
    ]
    blocks = [] if answer.status in ("ACCP", "RJCT") and answer.reason else answer.blocks
    report = [("GrpHdr", tree), ("OrgnlGrpInfAndSts", group)]
    report += [("OrgnlPmtInfAndSts", _block(block, answer.bank_bic, bic)) for block in blocks]
    return write(answer.name, [("CstmrPmtStsRpt", report)])


def _block(block: BlockAnswer, bank_bic: str, bic: str):
    listed = block.transfers if any(transfer.reason for transfer in block.transfers) else []
    return [
        ("OrgnlPmtInfId", block.payment_information_id),
        ("OrgnlNbOfTxs", len(block.transfers)),
        ("PmtInfSts", block.status),
        *_reason(block.reason, bank_bic, bic),
        *[("TxInfAndSts", _transfer(transfer, bank_bic, bic)) for transfer in listed],
    ]


def _transfer(transfer: TransferAnswer, bank_bic: str, bic: str):
    return [
        ("OrgnlInstrId", transfer.instruction_id or None),
        ("OrgnlEndToEndId", transfer.end_to_end_id),
        ("TxSts", "RJCT" if transfer.reason else "ACCP"),
        *_reason(transfer.reason, bank_bic, bic),
    ]


def _reason(reason: Reason | None, bank_bic: str, bic: str):
    if reason is None:
        return []
    organization = [("OrgId", [("BICOrBEI" if bic == "BIC" else "AnyBIC", bank_bic)])]
    return [
        (
            "StsRsnInf",
            [("Orgtr", [("Id", organization)]), ("Rsn", [("Cd", reason.code)]), ("AddtlInf", reason.text[:105])],
        )
    ]


def _status(accepted: Iterable[bool]) -> str:
    kinds = set(accepted)
    if kinds == {True}:
        return "ACCP"
    return "RJCT" if kinds == {False} else "PART"
