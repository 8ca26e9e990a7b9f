-- What payouts would have cost under the terms of a schedule: the newest paid ones of a platform (or of all that have no
-- schedule of their own) by one rail in one currency, since a moment. What came back costs what is kept of its fee. Only
-- the newest are looked at, so that any number of payouts takes the same time.

WITH recent AS MATERIALIZED (
    SELECT partner_id, amount, status = 'returned' AS is_back,
           CASE WHEN status = 'returned' AND (fee_terms ->> 'refunded_on_return')::boolean THEN 0 ELSE fee END AS fee,
           pricing_fee(amount, %(terms)s::jsonb) AS would
      FROM payouts_payout
     WHERE id >= %(since)s
       AND rail = %(rail)s
       AND currency = %(currency)s
       AND status IN ('paid', 'returned')
       AND (%(partner)s::uuid IS NULL OR partner_id = %(partner)s)
       AND partner_id <> ALL (%(others)s::uuid[])
     ORDER BY id DESC
     LIMIT %(most)s
)
SELECT partner_id,
       count(*) AS count,
       sum(amount) AS amount,
       sum(fee) AS fees,
       sum(CASE WHEN is_back AND (%(terms)s::jsonb ->> 'refunded_on_return')::boolean THEN 0 ELSE would END) AS would,
       count(*) FILTER (WHERE would >= amount AND %(terms)s::jsonb ->> 'paid_by' = 'recipient') AS nothing_left
  FROM recent
 GROUP BY partner_id
 ORDER BY would DESC, partner_id
