"""
Worker and bank are killed at each step of the road; whoever comes after them ends it, and everything happens once.

Each case walks the road from the cut-off to the statement, which takes about a second. Every third case is taken, from one
that `STEPS_FROM` names, by itself the day; `STEPS_OF=1` takes all. The table of tests/failpoints has these places too.
"""

import os

import pytest

from tests.faults.processes import after, before, killed, run

FILES = "apps.rails.operations.files"
FOLDER = "apps.rails.transports.folder"
SUBMIT = "apps.payouts.operations.submit"
REPORTS = "apps.rails.operations.reports"
IMPORTING = "apps.reconciliation.operations.importing"
INBOX = "apps.reconciliation.operations.inbox"
BANK = "apps.sandbox"

pytestmark = pytest.mark.slow

PLACES = [
    ("submit", "while payouts start", after("apps.payouts.facts.record")),
    ("submit", "between chunks that start", after(f"{SUBMIT}._start_chunk", CHUNK=2)),
    ("submit", "payouts have started", after(f"{SUBMIT}._start_chunk")),
    ("submit", "while the file is sealed", after(f"{FILES}.record")),
    ("submit", "the file is sealed", after(f"{SUBMIT}._seal")),
    ("submit", "while the file is claimed", after(f"{FILES}.database_now", call=2)),
    ("submit", "the file is claimed", after(f"{FILES}._start_handing_over")),
    ("submit", "an empty file is there", after(f"{FOLDER}.tempfile.mkstemp")),
    ("submit", "a file without its name is there", after(f"{FOLDER}._write_beside")),
    ("submit", "the file has both names", after(f"{FOLDER}.os.link")),
    ("submit", "the bank has the file", after(f"{FOLDER}.place")),
    ("submit", "while that is noted", after(f"{FILES}.note_handed_over")),
    ("submit", "that is noted", after(f"{FILES}._finish_handing_over")),
    ("submit", "while payouts are told", before("apps.payouts.models.attempt.AttemptQuerySet.move_live")),
    ("submit", "between chunks that are told", after(f"{SUBMIT}._mark_chunk", CHUNK=2)),
    ("submit", "all are told, that is not noted", after(f"{SUBMIT}._mark_chunk", call=2)),
    ("answer", "while the bank takes the file", after(f"{BANK}.receiving._send_answer")),
    ("answer", "the bank took the file", after(f"{BANK}.folder.take_file")),
    ("answer", "the bank moved the file away", after(f"{BANK}.folder.os.rename")),
    ("answer", "the answer has no name yet", before(f"{BANK}.folder.os.rename", call=2)),
    ("answer", "the answer is written", after(f"{BANK}.folder._write")),
    ("apply", "while the answer is stored", after(f"{REPORTS}._note_answer")),
    ("apply", "the answer is stored", after(f"{REPORTS}.receive_report")),
    ("apply", "the answer lies in both places", after(f"{FOLDER}.os.link")),
    ("apply", "the answer is put away", after(f"{FOLDER}.put_away")),
    ("apply", "while it is applied", after("apps.payouts.facts.record")),
    ("apply", "between chunks it is applied to", after(f"{SUBMIT}._report_chunk", call=2, CHUNK=2)),
    ("apply", "it is applied, that is not noted", after(f"{SUBMIT}._report_chunk", call=2)),
    ("book", "while the bank pays", after(f"{BANK}.day._pay")),
    ("book", "before the day is closed", before(f"{BANK}.day._close")),
    ("book", "the day is closed", after(f"{BANK}.day.work_day")),
    ("book", "the statement has no name yet", before(f"{BANK}.folder.os.rename")),
    ("book", "the statement is written", after(f"{BANK}.folder._write")),
    ("take_statement", "the lines are stored", after(f"{IMPORTING}._import_lines")),
    ("take_statement", "while they are matched", after(f"{IMPORTING}.match_open_parts")),
    ("take_statement", "the statement is imported", after(f"{INBOX}.import_bank_file")),
    ("take_statement", "the statement lies in both places", after(f"{FOLDER}.os.link")),
    ("take_statement", "the statement is put away", after(f"{FOLDER}.put_away")),
]

SHARE = int(os.environ.get("STEPS_OF", 3))
FIRST = int(os.environ["STEPS_FROM"]) % SHARE

WHILE_AWAY = {
    "the file has both names",
    "the bank has the file",
    "while that is noted",
    "that is noted",
    "between chunks that are told",
    "all are told, that is not noted",
    "the answer is stored",
    "between chunks it is applied to",
}
"""Here the bank has the file, and not every payout knows it or knows what the bank said."""


CASES = [pytest.param(s, p, id=f"{s}: {name}") for s, name, p in PLACES]
CASES_AWAY = [pytest.param(p, id=name) for s, name, p in PLACES if s in ("submit", "apply") and name in WHILE_AWAY]


@pytest.mark.parametrize(("step", "place"), CASES[FIRST::SHARE])
def test_everything_happens_once(road, step, place):
    road.go_until(step)
    killed(getattr(road, step), place)
    road.assert_sound()
    assert run(road.go_on) == 0
    road.assert_everything_happened_once()


@pytest.mark.parametrize("place", CASES_AWAY[FIRST::SHARE])
def test_the_bank_goes_on_while_the_worker_is_away(road, place):
    """The bank answers, pays and states; the next worker sees the statement first, before it knows what was sent."""
    step = next(step for step, _, it in PLACES if it is place)
    road.go_until(step)
    killed(getattr(road, step), place)
    road.answer()
    road.end_the_day()
    road.book()
    assert run(road.take_statement) == 0
    road.assert_sound()
    assert run(road.go_on) == 0
    road.assert_everything_happened_once(statement_first=True)
