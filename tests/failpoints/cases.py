"""The table: at which places of the road a process dies, and with which outcomes the road comes there."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product, zip_longest
from random import Random

from tests.failpoints import road
from tests.failpoints.deaths import Place, after, before, uncommitted
from tests.failpoints.outcomes import (
    CALL_OUTCOMES,
    EXECUTED,
    FILE_OUTCOMES,
    FILE_RETURNS,
    NEVER_ANSWERED,
    REFUSED,
    REQUEST_LOST,
    REQUEST_LOST_UNCHECKED,
    RETURNED_SOON,
    WHOLE_FILE_REFUSED,
    Outcome,
)

AT_ONCE, AFTER_THE_LEASES = "at once", "after the leases"

API = "apps.api.idempotency"
CALLS = "apps.payouts.operations.calls"
RESOLUTIONS = "apps.reconciliation.operations.resolutions"
FILES = "apps.rails.operations.files"
FOLDER = "apps.rails.transports.folder"
IMPORTING = "apps.reconciliation.operations.importing"
INBOX = "apps.reconciliation.operations.inbox"
INSTANT = "apps.rails.sepa_instant"
MATCHING = "apps.reconciliation.operations.matching"
OUTBOX = "apps.events.outbox"
PAYOUTS = "apps.payouts.operations"
REPORTS = "apps.rails.operations.reports"
SUBMIT = "apps.payouts.operations.submit"


@dataclass(frozen=True)
class Row:
    """
    A place on a road: in which step, in words, and with which outcomes the road comes there.

    Where it comes there only when the step is taken again, `later`, the first process that takes it is left alone.
    """

    step: Callable
    words: str
    place: Place
    later: bool = False
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def is_crossed_by(self, outcome) -> bool:
        return outcome.name not in self.but and (not self.only or outcome.name in self.only)


@dataclass(frozen=True)
class Case:
    """One process that dies at one place of one road, and the moment at which others go on."""

    family: str
    row: Row
    outcome: Outcome
    retry: str

    def __str__(self):
        return f"{self.family}: {self.row.words} ({self.row.place}); {self.outcome}; {self.retry}"


def _rows(step, *places, **crossed):
    return [Row(step, *place, **crossed) for place in places]


def _statement(nothing_booked, nothing_imported, returns):
    """Return the rows of reading statements, less the outcomes with which there is nothing to read."""
    return [
        *_rows(
            road.receive,
            ("a payout is settled", after(f"{PAYOUTS}.settle_payouts")),
            ("the statement's lines are compared", after(f"{IMPORTING}._place_on_statement")),
            but=nothing_booked,
        ),
        *_rows(road.receive, ("a return is booked", after(f"{PAYOUTS}.give_back_payouts")), only=returns),
        *_rows(
            road.receive,
            ("the import of a bank file is not committed", uncommitted(f"{INBOX}.import_bank_file")),
            ("the import of a bank file is committed", after(f"{INBOX}.import_bank_file")),
            ("an imported bank file is put away", after(f"{INBOX}._import_file")),
            but=nothing_imported,
        ),
    ]


REQUEST = [
    *_rows(
        road.ask,
        ("the answer is not committed", after(f"{API}._store")),
        ("the answer is not sent", after("apps.api.doors.answer_once")),
    ),
    *_rows(
        road.approve,
        ("the approval is not committed", uncommitted(f"{PAYOUTS}.decide.approve_payouts")),
        ("the approval is committed", after(f"{PAYOUTS}.decide.approve_payouts")),
    ),
]

WEBHOOKS = _rows(
    road.tell,
    ("webhooks are claimed", after(f"{OUTBOX}.claim")),
    ("a webhook is sent", after("apps.events.egress.post")),
    ("its answer is written down", after(f"{OUTBOX}.finish")),
)

FILE = [
    *_rows(
        road.ask,
        ("the batch is created, no answer made", after(f"{PAYOUTS}.create_batch")),
    ),
    *REQUEST,
    *_rows(
        road.submit,
        ("the start is not committed", uncommitted(f"{SUBMIT}._start_chunk")),
        ("the start is committed", after(f"{SUBMIT}._start_chunk")),
        ("the seal is not committed", uncommitted("apps.rails.operations.seal_file")),
        ("the file is sealed", after("apps.rails.operations.seal_file")),
        ("the file is claimed", after(f"{FILES}._start_handing_over")),
        ("a nameless file is written", after(f"{FOLDER}._write_beside")),
        ("the file has both names", after(f"{FOLDER}.os.link")),
        ("the bank has the file", after(f"{FOLDER}.place")),
        ("that it has it is not committed", uncommitted(f"{FILES}._finish_handing_over")),
        ("that it has it is committed", after(f"{FILES}._finish_handing_over")),
        ("payouts are told, uncommitted", uncommitted(f"{SUBMIT}._mark_chunk")),
        ("payouts are told", after(f"{SUBMIT}._mark_chunk")),
        ("that all are told is noted", after(f"{SUBMIT}._mark_file")),
    ),
    *_rows(
        road.receive,
        ("the report is not committed", uncommitted(f"{REPORTS}.receive_report")),
        ("the report is stored", after(f"{REPORTS}.receive_report")),
        ("the report is applied, uncommitted", uncommitted(f"{SUBMIT}._report_chunk")),
        ("the report is applied", after(f"{SUBMIT}._report_chunk")),
        ("that it is applied is noted", after(f"{SUBMIT}.apply_report")),
        but=(NEVER_ANSWERED,),
    ),
    *_rows(road.receive, ("a bank file is put away", after(f"{FOLDER}.put_away"))),
    *_statement((WHOLE_FILE_REFUSED,), (WHOLE_FILE_REFUSED,), FILE_RETURNS),
    *WEBHOOKS,
]

CALL = [
    *_rows(
        road.ask,
        ("the payout is created, no answer made", after(f"{PAYOUTS}.create_payouts")),
    ),
    *REQUEST,
    *_rows(
        road.call,
        ("the start is not committed", uncommitted(f"{SUBMIT}._start_chunk")),
        ("the start is committed", after(f"{SUBMIT}._start_chunk")),
        ("the call is claimed", after(f"{CALLS}._claim")),
        ("not a byte is sent", after(f"{INSTANT}.client._connection")),
        ("the call is over", after(f"{INSTANT}.client._exchange")),
        ("the answer is judged, uncommitted", uncommitted(f"{CALLS}._record")),
        ("the answer is written down", after(f"{CALLS}._record")),
    ),
    *_rows(
        road.call,
        ("a question is to be asked", before(f"{INSTANT}.rail.SepaInstant.query")),
        ("a question is answered", after(f"{INSTANT}.rail.SepaInstant.query")),
        ("what it says is not committed", uncommitted(f"{CALLS}._record"), True),
        ("what it says is written down", after(f"{CALLS}._record"), True),
        but=(EXECUTED, REFUSED, RETURNED_SOON),
    ),
    *_rows(
        road.call,
        ("it is about to be sent again", before(f"{INSTANT}.rail.SepaInstant.submit"), True),
        ("it was sent again", after(f"{INSTANT}.rail.SepaInstant.submit"), True),
        only=(REQUEST_LOST,),
    ),
    *_statement((REFUSED, REQUEST_LOST_UNCHECKED), (REFUSED,), (RETURNED_SOON,)),
    *_rows(
        road.decide,
        ("a resolution is proposed, uncommitted", uncommitted(f"{RESOLUTIONS}.propose_resolution")),
        ("a resolution is proposed", after(f"{RESOLUTIONS}.propose_resolution")),
        ("a resolution is confirmed, uncommitted", uncommitted(f"{RESOLUTIONS}.confirm_resolution")),
        ("a resolution is confirmed", after(f"{RESOLUTIONS}.confirm_resolution")),
        only=(REQUEST_LOST_UNCHECKED,),
    ),
    *WEBHOOKS,
]

TABLE = {"file": (FILE, FILE_OUTCOMES), "call": (CALL, CALL_OUTCOMES)}


def all_cases() -> list[Case]:
    """Return every case."""
    return [
        Case(family, row, outcome, retry)
        for family, (rows, outcomes) in TABLE.items()
        for row, outcome, retry in product(rows, outcomes, (AT_ONCE, AFTER_THE_LEASES))
        if row.is_crossed_by(outcome)
    ]


def part_of(cases, number: int, count: int, seed: int) -> list[Case]:
    """
    Return the `number`-th of `count` parts, dealt anew for each seed.

    Each part begins with one case of every place that has so many.
    """
    chance, by_row = Random(seed), {}
    for case in cases:
        by_row.setdefault((case.family, case.row), []).append(case)
    shuffled = [
        chance.sample(same_row, len(same_row))[(number - index) % count :: count]
        for index, same_row in enumerate(by_row.values())
    ]
    chance.shuffle(shuffled)
    return [case for dealt in zip_longest(*shuffled) for case in dealt if case]


def roads_of(cases, deaths: int) -> list[list[Case]]:
    """
    Return the cases by the road on which they take place, at most so many on each, in the order of their places.

    They share a bank's outcome, and no two of them a place. The roads of the cases that come first come first.
    """
    order = {row: number for number, row in enumerate(FILE + CALL)}
    dealt = []
    for case in cases:
        for others in dealt:
            is_same_way = (others[0].family, others[0].outcome) == (case.family, case.outcome)
            if is_same_way and len(others) < deaths and case.row not in [other.row for other in others]:
                others.append(case)
                break
        else:
            dealt.append([case])
    return [sorted(chosen, key=lambda case: order[case.row]) for chosen in dealt]


def pairs_not_crossed() -> list[tuple[str, str]]:
    """Return (place, outcome) of the pairs that are no cases, since with this outcome the road does not come there."""
    return [
        (f"{family}: {row.words}", outcome.name)
        for family, (rows, outcomes) in TABLE.items()
        for row, outcome in product(rows, outcomes)
        if not row.is_crossed_by(outcome)
    ]
