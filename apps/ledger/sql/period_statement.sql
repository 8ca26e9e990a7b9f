-- What moved an account since a moment, per moment of business and side, in the period and after it, and what is
-- available on it now (the row without a moment). See daily_balances.sql for how much of it is read.

SELECT NULL AS moment, NULL::boolean AS credits, 0 AS number, account.available::numeric AS amount, false AS later
  FROM ledger_account AS account
 WHERE account.id = %(account)s
UNION ALL
SELECT journal.moment, side.credits, count(*)::int, sum(side.amount), journal.posted_at >= %(until)s
  FROM (SELECT journal_id, amount, false AS credits
          FROM ledger_transfer
         WHERE debit_id = %(account)s
           AND id > coalesce((SELECT earlier.id
                                FROM ledger_transfer AS earlier
                                JOIN ledger_journal AS of_earlier ON of_earlier.id = earlier.journal_id
                               WHERE earlier.debit_id = %(account)s AND of_earlier.posted_at < %(since)s
                               ORDER BY earlier.id DESC
                               LIMIT 1), 0)
        UNION ALL
        SELECT journal_id, amount, true
          FROM ledger_transfer
         WHERE credit_id = %(account)s
           AND id > coalesce((SELECT earlier.id
                                FROM ledger_transfer AS earlier
                                JOIN ledger_journal AS of_earlier ON of_earlier.id = earlier.journal_id
                               WHERE earlier.credit_id = %(account)s AND of_earlier.posted_at < %(since)s
                               ORDER BY earlier.id DESC
                               LIMIT 1), 0)
       ) AS side
  JOIN ledger_journal AS journal ON journal.id = side.journal_id
 GROUP BY 1, 2, 5
