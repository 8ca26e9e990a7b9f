"""The table: at which places of the road a process dies, and with which outcomes the road comes there."""

from dataclasses import dataclass
from itertools import product
from random import Random

from tests.failpoints.deaths import Place, after, before, uncommitted
from tests.failpoints.outcomes import CALL_OUTCOMES, FILE_OUTCOMES, Outcome

RETRIES = ("at once", "after the leases")

API = "apps.api.idempotency"
CALLS = "apps.payouts.operations.calls"
DOUBTS = "apps.reconciliation.operations.doubts"
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
class Case:
    """One process that dies at one place of one road, and the moment at which others go on."""

    family: str
    words: str
    place: Place
    outcome: Outcome
    retry: str

    def __str__(self):
        return f"{self.family}: {self.words} ({self.place}); {self.outcome}; {self.retry}"


REQUEST = [
    ("the answer is not stored", before(f"{API}._store")),
    ("the answer is not committed", after(f"{API}._store")),
    ("the answer is not sent", after("apps.api.doors.answer_once")),
    ("the approval is not committed", uncommitted("apps.payouts.operations.approve_payouts")),
    ("the approval is committed", after("apps.payouts.operations.approve_payouts")),
    ("the start is not committed", uncommitted(f"{SUBMIT}._start_chunk")),
    ("the start is committed", after(f"{SUBMIT}._start_chunk")),
]

WEBHOOKS = [
    ("webhooks are claimed", after(f"{OUTBOX}.claim")),
    ("a webhook is to be sent", before("apps.events.egress.post")),
    ("a webhook is sent", after("apps.events.egress.post")),
    ("its answer is to be written down", before(f"{OUTBOX}.finish")),
    ("its answer is written down", after(f"{OUTBOX}.finish")),
    ("the second webhook is sent", after("apps.events.egress.post", 2)),
]

STATEMENT = [
    ("a bank file is read", before(f"{INBOX}.import_bank_file")),
    ("its lines are stored", after(f"{IMPORTING}._import_lines")),
    ("its import is not committed", uncommitted(f"{INBOX}.import_bank_file")),
    ("its import is committed", after(f"{INBOX}.import_bank_file")),
    ("a payout is about to be settled", before(f"{PAYOUTS}.settle_payouts")),
    ("a payout is settled", after(f"{PAYOUTS}.settle_payouts")),
    ("a return is to be booked", before(f"{PAYOUTS}.give_back_payouts")),
    ("a return is booked", after(f"{PAYOUTS}.give_back_payouts")),
]

FILE = [
    ("the batch is not created", before(f"{PAYOUTS}.create_batch")),
    ("the batch is created, no answer made", after(f"{PAYOUTS}.create_batch")),
    *REQUEST,
    ("the file is to be sealed", before("apps.rails.operations.seal_file")),
    ("the seal is not committed", uncommitted("apps.rails.operations.seal_file")),
    ("the file is sealed", after("apps.rails.operations.seal_file")),
    ("the claim of the file is not committed", uncommitted(f"{FILES}._start_handing_over")),
    ("the file is claimed", after(f"{FILES}._start_handing_over")),
    ("a nameless file is to be written", before(f"{FOLDER}._write_beside")),
    ("a nameless file is written", after(f"{FOLDER}._write_beside")),
    ("the file has both names", after(f"{FOLDER}.os.link")),
    ("the bank has the file", after(f"{FOLDER}.place")),
    ("that is not committed", uncommitted(f"{FILES}._finish_handing_over")),
    ("that is committed", after(f"{FILES}._finish_handing_over")),
    ("payouts are told, uncommitted", uncommitted(f"{SUBMIT}._mark_chunk")),
    ("payouts are told", after(f"{SUBMIT}._mark_chunk")),
    ("that all are told is noted", after(f"{SUBMIT}._mark_file")),
    ("the report is read", before(f"{REPORTS}.receive_report")),
    ("the report is not committed", uncommitted(f"{REPORTS}.receive_report")),
    ("the report is stored", after(f"{REPORTS}.receive_report")),
    ("a bank file has both names", after(f"{FOLDER}.os.link", 2)),
    ("a bank file is put away", after(f"{FOLDER}.put_away")),
    ("the report is applied, uncommitted", uncommitted(f"{SUBMIT}._report_chunk")),
    ("the report is applied", after(f"{SUBMIT}._report_chunk")),
    ("that it is applied is noted", after(f"{SUBMIT}.apply_report")),
    *STATEMENT,
    ("a second bank file is put away", after(f"{FOLDER}.put_away", 2)),
    *WEBHOOKS,
]

CALL = [
    ("the payout is not created", before(f"{PAYOUTS}.create_payouts")),
    ("the payout is created, no answer made", after(f"{PAYOUTS}.create_payouts")),
    *REQUEST,
    ("the claim of the call is not committed", uncommitted(f"{CALLS}._claim")),
    ("the call is claimed", after(f"{CALLS}._claim")),
    ("the call is to be made", before(f"{INSTANT}.client.call")),
    ("not a byte is sent", after(f"{INSTANT}.client._connection")),
    ("the call is over", after(f"{INSTANT}.client._exchange")),
    ("the answer is to be written down", before(f"{CALLS}._record")),
    ("the answer is stored, uncommitted", after(f"{CALLS}.insert_rows")),
    ("the answer is judged, uncommitted", uncommitted(f"{CALLS}._record")),
    ("the answer is written down", after(f"{CALLS}._record")),
    ("a question is to be asked", before(f"{INSTANT}.rail.SepaInstant.query")),
    ("a question is answered", after(f"{INSTANT}.rail.SepaInstant.query")),
    ("what was said is not committed", uncommitted(f"{CALLS}._record", 2)),
    ("what was said is written down", after(f"{CALLS}._record", 2)),
    ("it is about to be sent again", before(f"{INSTANT}.rail.SepaInstant.submit", 2)),
    ("it was sent again", after(f"{INSTANT}.rail.SepaInstant.submit", 2)),
    *STATEMENT,
    ("a bank file is put away", after(f"{FOLDER}.put_away")),
    ("a resolution is proposed, uncommitted", uncommitted(f"{DOUBTS}.propose_resolution")),
    ("a resolution is confirmed, uncommitted", uncommitted(f"{DOUBTS}.confirm_resolution")),
    *WEBHOOKS,
]

TABLE = {"file": (FILE, FILE_OUTCOMES), "call": (CALL, CALL_OUTCOMES)}


def all_cases() -> list[Case]:
    """Return every case."""
    return [
        Case(family, words, place, outcome, retry)
        for family, (places, outcomes) in TABLE.items()
        for (words, place), outcome, retry in product(places, outcomes, RETRIES)
    ]


def part_of(cases, number: int, count: int, seed: int) -> list[Case]:
    """Return the `number`-th of `count` equal parts, dealt anew for each seed so that every place is in each of them."""
    chance = Random(seed)
    dealt = []
    by_place = {}
    for case in cases:
        by_place.setdefault((case.family, case.place), []).append(case)
    for same_place in by_place.values():
        dealt += chance.sample(same_place, len(same_place))
    return dealt[number - 1 :: count]
