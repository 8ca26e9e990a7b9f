-- Payouts of a platform that pay the same amount to the same account and were made lately: the last few of each.
-- Accounts are found by their index, payouts through their recipients.

SELECT asked.place, array_agg(found.id ORDER BY found.id DESC)
  FROM unnest(%(accounts)s::bytea[], %(amounts)s::bigint[], %(currencies)s::text[])
       WITH ORDINALITY AS asked (account, amount, currency, place)
 CROSS JOIN LATERAL (
       SELECT payout.id
         FROM recipients_payoutmethodversion AS version
         JOIN recipients_payoutmethod AS method ON method.id = version.method_id
         JOIN payouts_payout AS payout ON payout.recipient_id = method.recipient_id
                                      AND payout.method_version_id = version.id
        WHERE version.account_index = asked.account
          AND payout.partner_id = %(partner)s
          AND payout.amount = asked.amount
          AND payout.currency = asked.currency
          AND payout.id >= %(since)s
          AND payout.status NOT IN ('rejected', 'cancelled', 'expired', 'failed')
        ORDER BY payout.id DESC
        LIMIT 3
       ) AS found
 GROUP BY asked.place
