-- What a platform's recipients and accounts got lately: per pair the sum, and the last few payouts, the newest first. A payout
-- to the same recipient or to the same account counts, once. Recipients are empty where they are not known yet.
--
-- Payouts to the recipient are found by the recipient, those of others to the account by the platform's recipients who have a
-- method with it: so none is found twice, and nothing of other platforms is read.
-- OFFSET 0 keeps each look-up by its index whatever the statistics say: in a young table one platform looks like a few rows,
-- and all it ever paid would be read for every row that is asked for.

SELECT asked.place, sum(part.amount)::bigint, (array_agg(part.id ORDER BY part.id DESC))[1:%(most)s]
  FROM unnest(%(recipients)s::uuid[], %(accounts)s::bytea[], %(currencies)s::text[])
       WITH ORDINALITY AS asked (recipient, account, currency, place)
 CROSS JOIN LATERAL (
       SELECT payout.id, payout.amount
         FROM (SELECT id, amount, partner_id, currency, status
                 FROM payouts_payout
                WHERE recipient_id = asked.recipient AND id >= %(since)s
               OFFSET 0) AS payout
        WHERE payout.partner_id = %(partner)s
          AND payout.currency = asked.currency
          AND payout.status <> ALL (%(unpaid)s)
       UNION ALL
       SELECT payout.id, payout.amount
         FROM (SELECT id,
                      (SELECT CASE WHEN (SELECT partner_id FROM recipients_recipient AS recipient
                                          WHERE recipient.id = method.recipient_id) = %(partner)s
                                   THEN recipient_id END
                         FROM recipients_payoutmethod AS method
                        WHERE method.id = method_id) AS recipient_id
                 FROM recipients_payoutmethodversion
                WHERE account_index = asked.account
               OFFSET 0) AS version
        CROSS JOIN LATERAL (
              SELECT id, amount, partner_id, method_version_id, currency, status
                FROM payouts_payout
               WHERE recipient_id = version.recipient_id AND id >= %(since)s
              OFFSET 0) AS payout
        WHERE version.recipient_id IS NOT NULL
          AND version.recipient_id IS DISTINCT FROM asked.recipient
          AND payout.method_version_id = version.id
          AND payout.partner_id = %(partner)s
          AND payout.currency = asked.currency
          AND payout.status <> ALL (%(unpaid)s)
       ) AS part
 GROUP BY asked.place
