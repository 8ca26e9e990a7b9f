-- A journal that reverses another is its exact contra
SELECT journal.id, journal.moment, journal.reference, journal.reverses_id
  FROM ledger_journal AS journal
 WHERE journal.reverses_id IS NOT NULL
   AND EXISTS (
        SELECT FROM (SELECT leg, debit_id, credit_id, currency, amount
                       FROM ledger_transfer WHERE journal_id = journal.id) AS contra
          FULL JOIN (SELECT leg, credit_id AS debit_id, debit_id AS credit_id, currency, amount
                       FROM ledger_transfer WHERE journal_id = journal.reverses_id) AS original
              USING (leg, debit_id, credit_id, currency, amount)
         WHERE contra IS NULL OR original IS NULL)
