-- How many payouts there are, and how much in sum, by state, currency, rail and day of UTC: of all from an id and a moment
-- on, which are read once, and of those before that are on their way still. An index by state holds all that is asked.

SELECT status, currency, rail, (created_at AT TIME ZONE 'UTC')::date AS created_on, count(*), sum(amount)::bigint, true AS is_recent
  FROM payouts_payout
 WHERE status = ANY (%(states)s) AND id >= %(first_id)s AND created_at >= %(since)s
 GROUP BY status, currency, rail, created_on
 UNION ALL
SELECT status, currency, rail, (created_at AT TIME ZONE 'UTC')::date AS created_on, count(*), sum(amount)::bigint, false AS is_recent
  FROM payouts_payout
 WHERE id < %(last_id)s AND created_at < %(since)s AND status = ANY (%(on_their_way)s)
 GROUP BY status, currency, rail, created_on
