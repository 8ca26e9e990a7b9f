"""What there is to do in a schedule right now, asked in one query, so that nobody is sent to look where nothing is."""

from django.db import connection

_WAITING = """
WITH account AS (
    SELECT id, clock_timestamp() + make_interval(secs => clock_offset_seconds) AS now
      FROM rails_bankaccount WHERE id = %(account)s
), payout AS (
    SELECT status, cut_off_at, cut_off_at <= account.now AS is_due, review_id,
           EXISTS (SELECT FROM payouts_hold AS hold
                    WHERE hold.payout_id = payout.id AND hold.lifted_at IS NULL AND kind = 'manual') AS may_be_lifted
      FROM payouts_payout AS payout, account
     WHERE payout.partner_id = %(partner)s
       AND payout.status IN ('in_review', 'awaiting_approval', 'awaiting_funds', 'scheduled', 'submitting')
), file AS (
    SELECT state, told_at, file.cut_off_at <= account.now AS is_due
      FROM rails_paymentfile AS file, account WHERE file.bank_account_id = account.id
), bank_order AS (
    SELECT debit_id, credit_id, refusal, pay_on, return_on, open_day
      FROM sandbox_order AS bank_order JOIN sandbox_book AS book ON book.bank_account_id = bank_order.book_id
     WHERE book.bank_account_id = %(account)s
), waits (name, does) AS (VALUES
    ('nature.cut_off_comes', EXISTS (SELECT FROM payout WHERE status = 'scheduled' AND NOT is_due)),
    ('worker.start_due', EXISTS (SELECT FROM payout WHERE status = 'scheduled' AND is_due)),
    ('worker.seal_files', EXISTS (SELECT FROM file WHERE state = 'open' AND is_due)),
    ('worker.hand_over', EXISTS (SELECT FROM file WHERE state IN ('sealed', 'handing_over'))),
    ('worker.mark_handed_over', EXISTS (SELECT FROM file
        WHERE told_at IS NULL AND state NOT IN ('open', 'sealed', 'handing_over'))),
    ('worker.apply_reports', EXISTS (SELECT FROM rails_statusreport AS report, account
        WHERE report.bank_account_id = account.id AND applied_at IS NULL AND parked_reason = '')),
    ('worker.move_waiting', EXISTS (SELECT FROM payout LEFT JOIN compliance_review AS review ON review.id = review_id
        WHERE payout.status = 'awaiting_funds'
           OR payout.status = 'in_review' AND review.status IS DISTINCT FROM 'open')),
    ('worker.match_waiting', EXISTS (SELECT FROM reconciliation_statementline AS line, account
        WHERE line.bank_account_id = account.id AND line.state IN ('unmatched', 'partly'))),
    ('bank.work', EXISTS (SELECT FROM sandbox_book AS book, account
        WHERE book.bank_account_id = account.id AND book.open_day < (account.now AT TIME ZONE 'Europe/Berlin')::date)
     OR EXISTS (SELECT FROM bank_order WHERE debit_id IS NULL AND refusal = '' AND pay_on <= open_day)
     OR EXISTS (SELECT FROM bank_order WHERE debit_id IS NOT NULL AND credit_id IS NULL AND return_on <= open_day)),
    ('bank.deliver', EXISTS (SELECT FROM sandbox_sent_file AS sent, account
        WHERE sent.book_id = account.id AND written_at IS NULL AND due_at <= account.now)),
    ('people.decide', EXISTS (SELECT FROM payout JOIN compliance_review AS review ON review.id = review_id
        WHERE review.status = 'open')),
    ('people.approve', EXISTS (SELECT FROM payout WHERE status = 'awaiting_approval')),
    ('people.lift', EXISTS (SELECT FROM payout WHERE may_be_lifted))
)
SELECT name FROM waits WHERE does
"""


def to_do(world) -> set[str]:
    """Return the names of the steps that would find something to do."""
    names = {"account": world.bank_account.pk, "partner": world.platform.pk}
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, names)
        found = {name for (name,) in cursor.fetchall()}
    if "worker.match_waiting" in found:
        found.add("people.match")
    if any((world.bank_account.path / "to_bank").glob("*.xml")):
        found.add("bank.take_files")
    arrived = [path.name for path in (world.bank_account.path / "from_bank").glob("*.xml")]
    if any("pain.002" in name for name in arrived):
        found.add("worker.collect_reports")
    if any("pain.002" not in name for name in arrived):
        found.add("worker.import_statements")
    return found
