-- What was paid to each of these recipients in a currency: how often, the median, the largest, and when last.
-- Only the last payouts of each are looked at, so that one who was paid a million times costs no more than others.

SELECT asked.recipient_id,
       asked.currency,
       count(*) AS count,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY paid.amount) AS median,
       max(paid.amount) AS largest,
       max(paid.status_at) AS last_at
  FROM unnest(%(recipients)s::uuid[], %(currencies)s::text[]) AS asked (recipient_id, currency)
 CROSS JOIN LATERAL (
       SELECT payout.amount, payout.status_at
         FROM payouts_payout AS payout
        WHERE payout.recipient_id = asked.recipient_id
          AND payout.currency = asked.currency
          AND payout.status = 'paid'
        ORDER BY payout.id DESC
        LIMIT %(most)s
       ) AS paid
 GROUP BY asked.recipient_id, asked.currency
