-- A platform's reference names one payout, its idempotency key one request, and an end-to-end id one payout for life
SELECT 'reference' AS what, partner_id::text AS whose, reference AS name, count(*) AS times
  FROM payouts_payout GROUP BY partner_id, reference HAVING count(*) > 1
UNION ALL
SELECT 'end-to-end id', '', end_to_end_id, count(*) FROM payouts_payout GROUP BY end_to_end_id HAVING count(*) > 1
UNION ALL
SELECT 'idempotency key', partner_id::text, key, count(*)
  FROM api_idempotencykey GROUP BY partner_id, key HAVING count(*) > 1
