-- What looks like each payout that is asked for: payouts of the platform to the same recipient or account, of the same amount,
-- made within so many days and not ended unpaid; the newest few of each. How many days counts what people published for this
-- platform, or else for all; where that is none, nothing comes back, and else at least one row. Recipients are empty where
-- they are not known yet.
--
-- Payouts to the recipient are found by the recipient, those of others to the account by the platform's recipients who have a
-- method with it: so none is found twice, and nothing of other platforms is read.
-- OFFSET 0 keeps each look-up by its index whatever the statistics of young tables say.

WITH judged AS MATERIALIZED (
    SELECT days, now.moment - make_interval(days => days) AS since
      FROM (SELECT %(now)s::timestamptz AS moment) AS now,
           coalesce((SELECT (content ->> 'days')::integer
                       FROM approvals_settingversion
                      WHERE kind = 'duplicates' AND status = 'published' AND begins_at <= now.moment
                        AND (partner_id = %(partner)s OR partner_id IS NULL)
                      ORDER BY partner_id NULLS LAST, begins_at DESC, version DESC
                      LIMIT 1), %(days)s) AS days
), since AS MATERIALIZED (
    -- The lowest UUIDv7 of that moment, as apps.core.ids.first_uuid7 makes it.
    SELECT days, (lpad(to_hex((extract(epoch FROM since) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid AS id
      FROM judged
)
SELECT asked.place, since.days, alike.id, alike.reference
  FROM since
 CROSS JOIN unnest(%(recipients)s::uuid[], %(accounts)s::bytea[], %(currencies)s::text[], %(amounts)s::bigint[])
       WITH ORDINALITY AS asked (recipient, account, currency, amount, place)
 LEFT JOIN LATERAL (
       SELECT payout.id, payout.reference
         FROM (SELECT id, reference, partner_id, currency, amount, status
                 FROM payouts_payout
                WHERE recipient_id = asked.recipient AND id >= since.id
               OFFSET 0) AS payout
        WHERE (payout.partner_id, payout.currency, payout.amount) = (%(partner)s, asked.currency, asked.amount)
          AND payout.status <> ALL (%(unpaid)s)
       UNION ALL
       SELECT payout.id, payout.reference
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
              SELECT id, reference, partner_id, method_version_id, currency, amount, status
                FROM payouts_payout
               WHERE recipient_id = version.recipient_id AND id >= since.id
              OFFSET 0) AS payout
        WHERE version.recipient_id IS NOT NULL
          AND version.recipient_id IS DISTINCT FROM asked.recipient
          AND payout.method_version_id = version.id
          AND (payout.partner_id, payout.currency, payout.amount) = (%(partner)s, asked.currency, asked.amount)
          AND payout.status <> ALL (%(unpaid)s)
        ORDER BY id DESC
        LIMIT %(most)s
       ) AS alike ON true
 WHERE since.days > 0 AND (alike.id IS NOT NULL OR asked.place = 1)
 ORDER BY asked.place, alike.id DESC
