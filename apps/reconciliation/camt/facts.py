"""What a bank file says, as it says it: texts and plain decimals, nothing derived but what ISO 20022 defines."""

from dataclasses import dataclass, field
from decimal import Decimal


class UnreadableBankFile(ValueError):
    """The bytes are no bank statement that can be read; `code` is stable, `detail` says why."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Balance:
    """A booked balance; `sign` CRDT means money is there, DBIT means it is owed to the bank."""

    code: str
    amount: str
    ccy: str
    sign: str
    date: str | None
    interim: bool = False

    @property
    def signed(self) -> Decimal:
        return Decimal(self.amount) if self.sign == "CRDT" else -Decimal(self.amount)


@dataclass(slots=True)
class Total:
    """Control figures of a statement's transaction summary; absent figures are None."""

    count: int | None = None
    amount: Decimal | None = None


@dataclass(slots=True)
class Return:
    """Return information of a transaction: the reason as a code, as a text, or neither."""

    code: str | None
    text: str


@dataclass(slots=True)
class Transaction:
    """One TxDtls of an entry. `booked` is its amount in the entry's currency, if the file has it."""

    amount: str | None = None
    ccy: str | None = None
    booked: str | None = None
    sign: str | None = None
    end_to_end: str | None = None
    tx_id: str | None = None
    instruction_id: str | None = None
    message_id: str | None = None
    payment_information_id: str | None = None
    bank_reference: str | None = None
    counterparty: str | None = None
    counterparty_acct: str | None = None
    unstructured: list[str] = field(default_factory=list)
    creditor_references: list[str] = field(default_factory=list)
    additional: str | None = None
    ret: Return | None = None


@dataclass(slots=True)
class Entry:
    """One Ntry: a line of the statement."""

    amount: str
    ccy: str
    sign: str
    reversal: bool = False
    status: str | None = None
    booking: str | None = None
    value: str | None = None
    acct_svcr_ref: str | None = None
    entry_reference: str | None = None
    bank_code: str | None = None
    proprietary_code: str | None = None
    message_id: str | None = None
    payment_information_id: str | None = None
    batched: int | None = None
    additional: str | None = None
    txs: list[Transaction] = field(default_factory=list)

    @property
    def signed(self) -> Decimal:
        return Decimal(self.amount) if self.sign == "CRDT" else -Decimal(self.amount)

    @property
    def is_booked(self) -> bool:
        return self.status in (None, "BOOK")


@dataclass(slots=True)
class Statement:
    """
    One Stmt, Rpt or Ntfctn.

    Its head is complete when its first entry is yielded, if the file keeps ISO's order. The figures of its entries are
    there after a survey.
    """

    index: int
    kind: str
    namespace: str = ""
    version: str | None = None
    message_id: str | None = None
    id: str | None = None
    sequence: str | None = None
    account: str | None = None
    account_ccy: str | None = None
    created: str | None = None
    from_on: str | None = None
    to_on: str | None = None
    copy: str | None = None
    balances: list[Balance] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    credits: Total = field(default_factory=Total)
    debits: Total = field(default_factory=Total)
    entries_count: int = 0
    booked_credits: Decimal = Decimal(0)
    booked_debits: Decimal = Decimal(0)
    booked_currencies: set[str] = field(default_factory=set)

    @property
    def opening(self) -> Balance | None:
        """
        Return the booked balance before the entries.

        An interim balance (ITBD) alone is the state at the time of the report; with a later one it opens.
        """
        for code in ("OPBD", "PRCD"):
            for balance in self.balances:
                if balance.code == code:
                    return balance
        interim = self._interim()
        return interim[0] if len(interim) > 1 else None

    @property
    def closing(self) -> Balance | None:
        """Return the booked balance after the entries."""
        closing = [balance for balance in self.balances if balance.code == "CLBD"]
        for balance in closing:
            if not balance.interim:
                return balance
        if closing:
            return closing[0]
        interim = self._interim()
        return interim[-1] if interim else None

    def _interim(self) -> list[Balance]:
        return [balance for balance in self.balances if balance.code == "ITBD"]


@dataclass(slots=True)
class Finding:
    """Something odd in a file. `refuses` says that the file's figures cannot be trusted, so it is not imported."""

    code: str
    detail: str
    refuses: bool = False

    def __str__(self):
        return f"{self.code}: {self.detail}"
