-- Payouts from an id and a moment on, read once: how many are in each state, and how much there is on each day of UTC
SELECT status, created_on, currency, count(*), sum(amount)::bigint
  FROM (SELECT status, currency, amount, (created_at AT TIME ZONE 'UTC')::date AS created_on
          FROM payouts_payout WHERE id >= %(first_id)s AND created_at >= %(since)s) AS recent
 GROUP BY GROUPING SETS ((status, currency), (created_on, currency))
 ORDER BY created_on, currency
