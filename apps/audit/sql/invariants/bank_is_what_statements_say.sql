-- The ledger's bank account is the last statement's closing balance and what was booked since by notification
-- Nothing can be said of a bank account before its bank has told something.
SELECT holder, currency, account.available AS in_ledger, books.balance AS at_the_bank
  FROM (SELECT holder, currency, available FROM ledger_account WHERE kind = 'bank') AS account
  RIGHT JOIN (SELECT audit_public_id('ba', told.bank_account_id) AS holder, told.currency, sum(told.balance) AS balance
                FROM (SELECT * FROM (SELECT DISTINCT ON (bank_account_id) bank_account_id, currency, closing AS balance
                                      FROM reconciliation_statement WHERE number IS NOT NULL
                                     ORDER BY bank_account_id, number DESC) AS last
                     UNION ALL
                     SELECT bank_account_id, currency, CASE sign WHEN 'CRDT' THEN amount ELSE -amount END
                       FROM reconciliation_statementline
                      WHERE statement_id IS NULL AND status = 'booked') AS told
              GROUP BY told.bank_account_id, told.currency) AS books
      USING (holder, currency)
 WHERE coalesce(account.available, 0) <> books.balance
