-- Payouts of a platform that pay the same amount to the same account and were made lately: the last few of each.
-- Accounts are found by their index, payouts through their recipients; OFFSET 0 keeps it so whatever the statistics say.

SELECT asked.place, array_agg(found.id ORDER BY found.id DESC)
  FROM unnest(%(accounts)s::bytea[], %(amounts)s::bigint[], %(currencies)s::text[])
       WITH ORDINALITY AS asked (account, amount, currency, place)
 CROSS JOIN LATERAL (
       SELECT payout.id
         FROM (SELECT id, (SELECT recipient_id FROM recipients_payoutmethod AS method WHERE method.id = method_id) AS recipient_id
                 FROM recipients_payoutmethodversion
                WHERE account_index = asked.account
               OFFSET 0) AS version
        CROSS JOIN LATERAL (
              SELECT id, partner_id, method_version_id, amount, currency, status
                FROM payouts_payout
               WHERE recipient_id = version.recipient_id AND id >= %(since)s
              OFFSET 0) AS payout
        WHERE payout.method_version_id = version.id
          AND payout.partner_id = %(partner)s
          AND payout.amount = asked.amount
          AND payout.currency = asked.currency
          AND payout.status NOT IN ('rejected', 'cancelled', 'expired', 'failed')
        ORDER BY payout.id DESC
        LIMIT 3
       ) AS found
 GROUP BY asked.place
