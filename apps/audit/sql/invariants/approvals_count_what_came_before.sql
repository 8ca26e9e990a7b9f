-- A request counts beside its amount what the same recipient, and the same account, got from the platform in the day before
-- Payouts that ended without paying may have counted and need not. An hour is left for requests that had to wait for others
-- before they counted; what was asked before requests came to count is left out.
WITH asked AS (SELECT coalesce(max(applied), '-infinity') AS since FROM django_migrations
                WHERE app = 'approvals' AND name = '0005_parts_count_together'),
part AS (
    SELECT request.id, request.subject, request.partner_id, request.currency, request.opened_at, request.amount_before,
           payout.recipient_id, version.account_index,
           CASE WHEN payout.status IN ('rejected', 'cancelled', 'expired', 'failed') THEN 0 ELSE payout.amount END AS amount
      FROM approvals_request AS request
      JOIN payouts_payout AS payout ON payout.approval_id = request.id
      JOIN recipients_payoutmethodversion AS version ON version.id = payout.method_version_id
     WHERE request.opened_at >= (SELECT since FROM asked)
), counted AS (
    SELECT id, subject, amount_before,
           greatest(
               coalesce(sum(amount) OVER (PARTITION BY partner_id, currency, recipient_id ORDER BY opened_at
                   RANGE BETWEEN interval '23 hours' PRECEDING AND interval '1 microsecond' PRECEDING), 0)
             + coalesce(sum(amount) OVER (PARTITION BY partner_id, currency, recipient_id, opened_at ORDER BY id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0),
               coalesce(sum(amount) OVER (PARTITION BY partner_id, currency, account_index ORDER BY opened_at
                   RANGE BETWEEN interval '23 hours' PRECEDING AND interval '1 microsecond' PRECEDING), 0)
             + coalesce(sum(amount) OVER (PARTITION BY partner_id, currency, account_index, opened_at ORDER BY id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
           ) AS came_before
      FROM part
)
SELECT id, subject, amount_before, came_before FROM counted WHERE amount_before < came_before
