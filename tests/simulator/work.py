"""What there is to do in a schedule right now, asked in one query, so that nobody is sent to look where nothing is."""

import os
from datetime import timedelta
from functools import cache

from apps.core.statements import ask
from tests.simulator.actors import OF_CALLS, OF_FILES

_ROWS = """
WITH account AS (
    SELECT id, %(now)s::timestamptz + make_interval(secs => clock_offset_seconds) AS now
      FROM rails_bankaccount WHERE id = %(account)s
), payout AS (
    SELECT payout.id, status, cut_off_at, cut_off_at <= account.now AND hold.id IS NULL AS is_due, review_id,
           coalesce(hold.kind IN ('manual', 'duplicate'), false) AS may_be_lifted
      FROM account, payouts_payout AS payout
      LEFT JOIN payouts_hold AS hold ON hold.payout_id = payout.id AND hold.lifted_at IS NULL
     WHERE payout.partner_id = %(partner)s
       AND payout.status IN ('in_review', 'awaiting_approval', 'awaiting_funds', 'scheduled', 'submitting', 'in_doubt', 'sent')
), attempt AS (
    SELECT attempt.id, attempt.status, next_step, next_step_at <= %(now)s AS is_due, lease_until, raised_at
      FROM payout JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id
     WHERE next_step <> '' OR raised_at IS NOT NULL OR attempt.status = 'in_doubt'
), file AS (
    SELECT state, told_at, file.cut_off_at <= account.now AS is_due
      FROM rails_paymentfile AS file, account WHERE file.bank_account_id = account.id
), bank_order AS (
    SELECT debit_id, credit_id, refusal, pay_on, return_on, open_day
      FROM sandbox_order AS bank_order JOIN sandbox_book AS book ON book.bank_account_id = bank_order.book_id
     WHERE book.bank_account_id = %(account)s
)
"""

_WAITING = {
    "nature.cut_off_comes": "EXISTS (SELECT FROM payout WHERE status = 'scheduled' AND NOT is_due)",
    "worker.start_due": "EXISTS (SELECT FROM payout WHERE status = 'scheduled' AND is_due)",
    "worker.seal_files": "EXISTS (SELECT FROM file WHERE state = 'open' AND is_due)",
    "worker.hand_over": "EXISTS (SELECT FROM file WHERE state IN ('sealed', 'handing_over'))",
    "worker.mark_handed_over": """
        EXISTS (SELECT FROM file
        WHERE told_at IS NULL AND state NOT IN ('open', 'sealed', 'handing_over'))""",
    "worker.apply_reports": """
        EXISTS (SELECT FROM rails_statusreport AS report, account
        WHERE report.bank_account_id = account.id AND applied_at IS NULL AND parked_reason = '')""",
    "worker.move_waiting": """
        EXISTS (SELECT FROM payout LEFT JOIN compliance_review AS review ON review.id = review_id
        WHERE payout.status = 'awaiting_funds'
        OR payout.status = 'in_review' AND review.status IS DISTINCT FROM 'open')""",
    "worker.match_waiting": """
        EXISTS (SELECT FROM reconciliation_statementline AS line, account
        WHERE line.bank_account_id = account.id AND line.state IN ('unmatched', 'partly'))""",
    "bank.work": """
        EXISTS (SELECT FROM sandbox_book AS book, account
        WHERE book.bank_account_id = account.id AND book.open_day < (account.now AT TIME ZONE 'Europe/Berlin')::date)
        OR EXISTS (SELECT FROM bank_order WHERE debit_id IS NULL AND refusal = '' AND pay_on <= open_day)
        OR EXISTS (SELECT FROM bank_order WHERE debit_id IS NOT NULL AND credit_id IS NULL AND return_on <= open_day)""",
    "bank.deliver": """
        EXISTS (SELECT FROM sandbox_sent_file AS sent, account
        WHERE sent.book_id = account.id AND written_at IS NULL AND due_at <= account.now)""",
    "people.decide": """
        EXISTS (SELECT FROM payout JOIN compliance_review AS review ON review.id = review_id
        WHERE review.status = 'open')""",
    "caller.claim_sends": "EXISTS (SELECT FROM attempt WHERE next_step = 'send' AND is_due AND lease_until IS NULL)",
    "caller.claim_queries": """
        EXISTS (SELECT FROM attempt
        WHERE next_step = 'query' AND is_due AND (lease_until IS NULL OR lease_until < %(now)s))""",
    "caller.doubt_dead": "EXISTS (SELECT FROM attempt WHERE next_step = 'send' AND lease_until < %(now)s)",
    "caller.ask_recalls": """
        EXISTS (SELECT FROM payouts_recallrequest AS recall JOIN payouts_payout AS asked
        ON asked.id = recall.payout_id AND asked.partner_id = %(partner)s
        WHERE recall.status IN ('requested', 'asked', 'unanswered') AND next_at <= %(now)s)""",
    "platform.recall": """
        EXISTS (SELECT FROM payouts_payout
        WHERE partner_id = %(partner)s AND status IN ('submitting', 'in_doubt', 'sent', 'paid'))""",
    "doubts.propose": "EXISTS (SELECT FROM attempt WHERE raised_at IS NOT NULL OR status = 'in_doubt')",
    "doubts.decide_resolution": """
        EXISTS (SELECT FROM attempt
        JOIN payouts_resolution AS resolution ON resolution.attempt_id = attempt.id AND resolution.status = 'proposed')""",
    "doubts.lift_stop": "EXISTS (SELECT FROM rails_stop WHERE lifted_at IS NULL)",
    "people.approve": "EXISTS (SELECT FROM payout WHERE status = 'awaiting_approval')",
    "people.lift": "EXISTS (SELECT FROM payout WHERE may_be_lifted)",
}
"""For each step the condition under which it would find something to do, in SQL."""

KNOWN = frozenset(_WAITING) | {
    "people.match",
    "caller.go_on",
    "bank.take_files",
    "worker.collect_reports",
    "worker.import_statements",
}
"""Steps of which it is known whether they would find something to do."""


def to_do(world) -> set[str]:
    """Return the names of the steps that would find something to do."""
    now = world.now() - timedelta(seconds=world.bank_account.clock_offset_seconds)
    values = {"account": world.bank_account.pk, "partner": world.platform.pk, "now": now}
    found = {name for (name,) in ask(_question(bool(world.bank)), values)}
    if "worker.match_waiting" in found:
        found.add("people.match")
    if not (world.bank and world.bank.terms.can_recall):
        found.discard("platform.recall")
    if world.callers:
        found.add("caller.go_on")
    if _files(world.bank_account.path / "to_bank"):
        found.add("bank.take_files")
    arrived = _files(world.bank_account.path / "from_bank")
    if any("pain.002" in name for name in arrived):
        found.add("worker.collect_reports")
    if any("pain.002" not in name for name in arrived):
        found.add("worker.import_statements")
    return found


@cache
def _question(has_calls) -> str:
    """Return the statement that asks for the steps of one of the two kinds of schedules."""
    others = OF_FILES if has_calls else OF_CALLS
    waits = ", ".join(f"('{name}', {does})" for name, does in _WAITING.items() if not name.startswith(others))
    return f"{_ROWS} SELECT name FROM (VALUES {waits}) AS waits (name, does) WHERE does"


def _files(folder) -> list[str]:
    return [name for name in os.listdir(folder) if name.endswith(".xml")] if folder.exists() else []
