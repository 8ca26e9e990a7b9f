-- What a platform's recipients and accounts got lately: per pair the sum, and the last few payouts, the newest first. A payout
-- to the same recipient or to the same account counts, once. Recipients are empty where they are not known yet.

SELECT asked.place, sum(part.amount)::bigint, (array_agg(part.id ORDER BY part.id DESC))[1:%(most)s]
  FROM unnest(%(recipients)s::uuid[], %(accounts)s::bytea[], %(currencies)s::text[])
       WITH ORDINALITY AS asked (recipient, account, currency, place)
 CROSS JOIN LATERAL (
       SELECT payout.id, payout.amount
         FROM payouts_payout AS payout
        WHERE payout.recipient_id = asked.recipient
          AND payout.id >= %(since)s
          AND payout.partner_id = %(partner)s
          AND payout.currency = asked.currency
          AND payout.status <> ALL (%(unpaid)s)
       UNION
       SELECT payout.id, payout.amount
         FROM recipients_payoutmethodversion AS version
         JOIN recipients_payoutmethod AS method ON method.id = version.method_id
         JOIN payouts_payout AS payout ON payout.recipient_id = method.recipient_id
                                      AND payout.method_version_id = version.id
        WHERE version.account_index = asked.account
          AND payout.id >= %(since)s
          AND payout.partner_id = %(partner)s
          AND payout.currency = asked.currency
          AND payout.status <> ALL (%(unpaid)s)
       ) AS part
 GROUP BY asked.place
