-- A batch holds the payouts and the sums it was sent with
SELECT batch.id, batch.reference, batch.count, batch.totals, found.count AS payouts, found.totals AS totals_of_payouts
  FROM payouts_batch AS batch
  LEFT JOIN (SELECT part.batch_id, sum(part.count) AS count, jsonb_object_agg(part.currency, part.amount) AS totals
               FROM (SELECT batch_id, currency, count(*) AS count, sum(amount) AS amount
                       FROM payouts_payout WHERE batch_id IS NOT NULL GROUP BY batch_id, currency) AS part
              GROUP BY part.batch_id) AS found ON found.batch_id = batch.id
 WHERE found.count IS DISTINCT FROM batch.count OR found.totals IS DISTINCT FROM batch.totals
