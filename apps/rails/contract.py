"""
What every rail offers.

A rail knows instructions and our bank accounts, never payouts. A *file rail* writes files that a bank executes and reads
the status reports that answer them. A *call rail* tells a bank about each payment by a call of its own, and says exactly
what is known afterwards. Everything here is plain data without queries.
"""

import enum
from abc import ABC, abstractmethod
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import BinaryIO

from apps.core.errors import Fault
from apps.core.money import format_amount
from apps.rails.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact about a rail was taken from, and when it was last compared with that source."""

    fact: str
    document: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Limits:
    """The smallest and the largest amount of one payment, in minor units, from a day on."""

    minimum: int
    maximum: int
    since: date = date.min


@dataclass(frozen=True, slots=True)
class CutOffs:
    """The times of a day at which files leave, from a day on, in the calendar's zone."""

    times: tuple[time, ...]
    since: date


@dataclass(frozen=True, slots=True)
class RecallTerms:
    """What a scheme says of asking for the money of an executed payment, from a day on."""

    banking_days_to_answer: int
    calendar: Calendar
    since: date

    def answer_due_on(self, day: date) -> date:
        """Return the last day on which the recipient's bank has to answer what was asked on the day."""
        return self.calendar.add(day, self.banking_days_to_answer)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """
    What a rail can do.

    `limits` are those of each currency, oldest first; `countries` maps the country of an account to the first day the
    rail reaches it. Cut-offs and the size of a file are a file rail's, `seconds_to_credit` a call rail's. `house_limits` and
    `house_cut_offs` are what people here have published, oldest first (`apps/rails/terms.py`).
    """

    limits: dict[str, tuple[Limits, ...]]
    countries: dict[str, date]
    calendar: Calendar
    banking_days_to_credit: int
    finality: str
    max_name_length: int
    max_remittance_length: int
    sources: tuple[Source, ...]
    cut_offs: tuple[time, ...] = ()
    max_transactions_per_file: int = 0
    seconds_to_credit: int | None = None
    recall: RecallTerms | None = None
    house_limits: dict[str, tuple[Limits, ...]] = field(default_factory=dict)
    house_cut_offs: tuple[CutOffs, ...] = ()
    published: tuple[dict, ...] = ()
    """The newest version of each setting that is about the rail, as payouts keep it."""

    def limits_on(self, currency: str, day: date | None) -> Limits | None:
        """
        Return the limits that hold on the day; without a day the newest. None: the currency is not served.

        The house may be stricter than the scheme, never wider.
        """
        scheme = _in_force(self.limits.get(currency, ()), day)
        house = _in_force(self.house_limits.get(currency, ()), day)
        if scheme is None or house is None:
            return scheme
        return Limits(max(scheme.minimum, house.minimum), min(scheme.maximum, house.maximum), house.since)

    def cut_offs_on(self, day: date) -> tuple[time, ...]:
        """Return the times at which files leave on the day, in order."""
        house = _in_force(self.house_cut_offs, day)
        return house.times if house else self.cut_offs


def _in_force(versions, day: date | None):
    """Return the last of dated facts that holds on the day, or the newest if no day is given; None: there is none."""
    known = [one for one in versions if day is None or one.since <= day]
    return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment a bank is asked to make. `creditor_account` is the clear account number."""

    instruction_id: str
    end_to_end_id: str
    amount: int
    currency: str
    creditor_name: str
    creditor_account: str
    creditor_country: str
    creditor_bic: str | None = None
    remittance: str = ""


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What stands above the payments of a file. `control_sum` is in minor units of `currency`."""

    message_id: str
    created_at: datetime
    execute_on: date
    debtor_name: str
    debtor_account: str
    debtor_bic: str
    currency: str
    version: str
    batch_booking: bool
    transactions: int
    control_sum: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What an independent reading of a file's bytes finds."""

    message_id: str
    transactions: int
    control_sum: int
    instruction_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Move:
    """One reason why a payment leaves later than asked for."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """When a payment leaves: handed over at `cut_off_at`, to be executed by the bank on `execute_on`."""

    cut_off_at: datetime
    execute_on: date
    expected_settlement_on: date
    moves: tuple[Move, ...] = ()


class DuplicateCheck(enum.StrEnum):
    """For how long a bank recognizes a payment that it was told before, by its end-to-end id."""

    NONE, WINDOW, FOREVER = "none", "window", "forever"


@dataclass(frozen=True, slots=True)
class Protocol:
    """
    What may be relied on when an answer does not come; documented by the bank, never guessed.

    `duplicate_window_seconds` is 0 unless the check is a window. `remembers_refusals`: a repeated instruction that was
    refused is refused again. An execution that a query does not show after `visibility_seconds` does not exist. A call is
    given up after `longest_call_seconds`. What has no end after `longest_processing_seconds` is for a person.
    """

    duplicate_check: DuplicateCheck
    duplicate_window_seconds: int
    remembers_refusals: bool
    can_query: bool
    visibility_seconds: int
    longest_call_seconds: float
    longest_processing_seconds: int
    can_recall: bool

    def __post_init__(self):
        object.__setattr__(self, "duplicate_check", DuplicateCheck(self.duplicate_check))
        has_window = self.duplicate_check == DuplicateCheck.WINDOW
        if has_window != (self.duplicate_window_seconds > 0):
            raise ValueError("duplicate_window_seconds belongs to the duplicate check by window, and only to it.")
        if self.visibility_seconds < 0 or self.longest_call_seconds <= 0 or self.longest_processing_seconds <= 0:
            raise ValueError("The times of a protocol are not below zero, and calls and processing take some.")

    @classmethod
    def from_record(cls, record: dict) -> "Protocol":
        """
        Return the protocol that a JSON object describes, which must name every field and nothing else.

        :raises ValueError: saying what is wrong.
        """
        if not isinstance(record, dict) or set(record) != set(cls.__dataclass_fields__):
            raise ValueError(f"A protocol has exactly the fields {', '.join(cls.__dataclass_fields__)}.")
        for name, one in cls.__dataclass_fields__.items():
            right = {bool: bool, int: int, float: (int, float)}.get(one.type, str)
            if not isinstance(record[name], right) or isinstance(record[name], bool) != (right is bool):
                raise ValueError(f"{name} of a protocol is of another kind.")
        return cls(**record)

    def as_record(self) -> dict:
        """Return this as it is stored: the JSON object that `from_record` reads."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {
            "duplicate_check": self.duplicate_check.value
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a call came to.

    `outcome`: executed, accepted (will be decided), refused (finally: nothing was created), not_sent (not one byte left
    for the bank, or it lets nobody in), unknown (anything may have happened); of a query also absent (the bank shows no such payment).
    `evidence` are the bank's own words, cut to 2,000 characters and without account numbers. `executions` is how often the
    bank shows that it has made the payment, where it says so.
    """

    EXECUTED, ACCEPTED, REFUSED = "executed", "accepted", "refused"
    NOT_SENT, UNKNOWN, ABSENT = "not_sent", "unknown", "absent"

    outcome: str
    code: str = ""
    text: str = ""
    bank_reference: str = ""
    evidence: str = ""
    executions: int = 0


@dataclass(frozen=True, slots=True)
class ReportItem:
    """
    One statement of a bank about a whole file (`group`), a payment block (`payment`) or one `transaction`.

    `status` is the bank's code, `outcome` what it means: accepted, partly, refused (definitely: no money moves), doubtful
    (refused in words that do not prove that no money moves), pending, or empty if the bank said nothing of use.
    """

    level: str
    status: str
    outcome: str = ""
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    payment_information_id: str | None = None
    reason_code: str | None = None
    reason_text: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A bank's status report on one of our files."""

    message_id: str
    original_message_id: str
    items: list[ReportItem] = field(default_factory=list)


class UnreadableReport(ValueError):
    """Bytes that are no status report of this rail; `code` is stable, `detail` says why."""

    def __init__(self, code: str, detail: str):
        super().__init__(detail)
        self.code = code
        self.detail = detail


class CannotBuild(ValueError):
    """
    The file cannot be written; the text says why.

    `instruction_id` names the one instruction that may not stand in it, or is None if the cause lies elsewhere.
    """

    instruction_id: str | None = None


class Rail(ABC):
    """One way for money to leave."""

    name: str
    title: str
    family: str
    capabilities: Capabilities

    def under(self, capabilities: Capabilities) -> "Rail":
        """Return this rail with other capabilities, as they follow from what people here have published."""
        rail = copy(self)
        rail.capabilities = capabilities
        return rail

    def check(self, amount: int, currency: str, method, *, reference="", remittance="", on: date | None = None):
        """
        Return a `Fault` for everything that keeps this payment off the rail; an empty list if nothing does.

        `method` is anything with `holder_name` and `country` (of the account). `on` is the day of execution.
        """
        faults = self.check_reach(amount, currency, method.country, on=on)
        faults += self.check_text(method.holder_name, reference, remittance)
        return faults

    def check_reach(self, amount: int | None, currency: str, country: str, *, on: date | None = None) -> list[Fault]:
        """Return a `Fault` for a currency, amount or country that the rail does not serve."""
        faults = []
        limits = self.capabilities.limits_on(currency, on)
        if limits is None:
            served = ", ".join(sorted(self.capabilities.limits))
            faults.append(Fault("/currency", "currency-not-supported-by-rail", f"{self.title} pays in {served} only."))
        elif amount is not None and not limits.minimum <= amount <= limits.maximum:
            bounds = [format_amount(bound, currency) for bound in (limits.minimum, limits.maximum)]
            detail = f"{self.title} pays between {bounds[0]} and {bounds[1]} {currency}."
            faults.append(Fault("/amount", "amount-out-of-range", detail))
        since = self.capabilities.countries.get(country)
        if since is None:
            detail = f"{self.title} does not reach accounts in {country or 'an unknown country'}."
            faults.append(Fault("/method/country", "country-not-served", detail))
        elif on is not None and on < since:
            detail = f"{self.title} reaches accounts in {country} from {since} on."
            faults.append(Fault("/method/country", "country-not-served-yet", detail))
        return faults

    def check_access(self, bank_account) -> list[Fault]:
        """Return a `Fault` for everything that the bank account lacks for this rail."""
        return []

    def can_recall(self, bank_account) -> bool:
        """Tell whether the account's bank takes requests for money back from the portal."""
        return False

    def check_text(self, holder_name: str, reference: str, remittance: str) -> list[Fault]:
        """Return a `Fault` for every text that the rail cannot carry."""
        return []

    def bank_text(self, text: str) -> str:
        """Return the text as the bank and the recipient will see it."""
        return text

    @abstractmethod
    def plan(self, now: datetime, bank_account, execute_on: date | None = None) -> Plan:
        """Return when a payment decided at `now` (the bank account's business clock) leaves, and why not earlier."""

    def plan_of(self, cut_off_at: datetime) -> Plan:
        """Return the plan of payments whose cut-off is set already: they are executed on the banking day it lies on."""
        calendar = self.capabilities.calendar
        execute_on = calendar.on_or_after(calendar.day_of(cut_off_at))
        settlement_on = calendar.add(execute_on, self.capabilities.banking_days_to_credit)
        return Plan(cut_off_at, execute_on, settlement_on)


class FileRail(Rail):
    """A rail whose payments travel in files."""

    family = "file"

    @abstractmethod
    def build(self, header: FileHeader, instructions: Iterable[Instruction], out: BinaryIO) -> None:
        """
        Write the file, in constant memory.

        :raises CannotBuild: naming the first instruction that may not stand in the file.
        """

    @abstractmethod
    def tally(self, content: bytes) -> Tally:
        """
        Count and add up a file from its bytes, by other code than that which wrote them.

        :raises CannotBuild: if the file contradicts itself.
        """

    @abstractmethod
    def is_report(self, content: bytes) -> bool:
        """Tell from the first bytes whether this is meant as a status report of this rail."""

    @abstractmethod
    def read_report(self, content: bytes) -> Report:
        """
        Read a status report.

        :raises UnreadableReport: if it is none.
        """

    @abstractmethod
    def file_name(self, message_id: str) -> str:
        """Return the name under which the file with this message id travels."""


class CallRail(Rail):
    """
    A rail on which every payment is a call of its own.

    Calls are made outside of any transaction and never raise for what a bank or network does: the `Answer` says it.
    """

    family = "call"

    @abstractmethod
    def protocol(self, bank_account) -> Protocol:
        """Return what the account's bank documents."""

    def can_recall(self, bank_account) -> bool:
        return self.capabilities.recall is not None and self.protocol(bank_account).can_recall

    @abstractmethod
    def submit(self, bank_account, instruction: Instruction, *, timeout_seconds: float) -> Answer:
        """Tell the bank about a payment; the end-to-end id names it in every attempt."""

    @abstractmethod
    def query(self, bank_account, end_to_end_id: str, *, timeout_seconds: float) -> Answer:
        """Ask what became of a payment. Only `absent` says that the bank shows none; it may become visible later."""

    @abstractmethod
    def recall(self, bank_account, recall_id: str, end_to_end_id: str, *, timeout_seconds: float) -> Answer:
        """Ask for the money of an executed payment. `accepted` means that the request is with the bank."""

    @abstractmethod
    def query_recall(self, bank_account, recall_id: str, *, timeout_seconds: float) -> Answer:
        """Ask what became of a recall: `accepted` while it is open, `executed` if granted, `refused` if not."""

    def plan(self, now: datetime, bank_account, execute_on: date | None = None) -> Plan:
        calendar, moves = self.capabilities.calendar, []
        today = calendar.day_of(now)
        if execute_on is not None and execute_on < today:
            moves.append(Move("date-passed", f"{execute_on} has passed; today is {today}."))
        later = execute_on is not None and execute_on > today
        leaves_at = calendar.instant(execute_on, time()) if later else now
        day = execute_on if later else today
        return Plan(leaves_at, day, day, tuple(moves))
