-- A batch holds the payouts and the sums it was sent with
SELECT batch.id, batch.reference, batch.count, batch.totals, found.count AS payouts, found.totals AS totals_of_payouts
  FROM payouts_batch AS batch
  LEFT JOIN LATERAL (SELECT sum(part.count) AS count, jsonb_object_agg(part.currency, part.amount) AS totals
                       FROM (SELECT currency, count(*) AS count, sum(amount) AS amount
                               FROM payouts_payout WHERE batch_id = batch.id GROUP BY currency) AS part) AS found ON true
 WHERE found.count IS DISTINCT FROM batch.count OR found.totals IS DISTINCT FROM batch.totals
