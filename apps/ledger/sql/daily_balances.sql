-- What is available now on accounts of one holder and currency, and by how much each changed on every day (UTC) since.
--
-- Transfers of one account have ids in the order of their posting, so each side is read from the newest down to the
-- last one posted before: it costs what was posted since, however much there is before.

SELECT account.kind, account.available, moved.day, moved.change
  FROM ledger_account AS account
  LEFT JOIN LATERAL (
        SELECT (journal.posted_at AT TIME ZONE 'UTC')::date AS day, sum(side.change) AS change
          FROM (SELECT journal_id, CASE account.normal WHEN 'debit' THEN amount ELSE -amount END AS change
                  FROM ledger_transfer
                 WHERE debit_id = account.id
                   AND id > coalesce((SELECT earlier.id
                                        FROM ledger_transfer AS earlier
                                        JOIN ledger_journal AS of_earlier ON of_earlier.id = earlier.journal_id
                                       WHERE earlier.debit_id = account.id
                                         AND of_earlier.posted_at < %(since)s::date::timestamp AT TIME ZONE 'UTC'
                                       ORDER BY earlier.id DESC
                                       LIMIT 1), 0)
                UNION ALL
                SELECT journal_id, CASE account.normal WHEN 'credit' THEN amount ELSE -amount END
                  FROM ledger_transfer
                 WHERE credit_id = account.id
                   AND id > coalesce((SELECT earlier.id
                                        FROM ledger_transfer AS earlier
                                        JOIN ledger_journal AS of_earlier ON of_earlier.id = earlier.journal_id
                                       WHERE earlier.credit_id = account.id
                                         AND of_earlier.posted_at < %(since)s::date::timestamp AT TIME ZONE 'UTC'
                                       ORDER BY earlier.id DESC
                                       LIMIT 1), 0)
               ) AS side
          JOIN ledger_journal AS journal ON journal.id = side.journal_id
         GROUP BY 1
       ) AS moved ON true
 WHERE account.holder = %(holder)s AND account.currency = %(currency)s AND account.kind = ANY(%(kinds)s)
