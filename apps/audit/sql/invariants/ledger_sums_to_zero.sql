-- The trial balance is zero in every currency
SELECT currency, sum(debits) - sum(credits) AS balance
  FROM ledger_account GROUP BY currency HAVING sum(debits) <> sum(credits)
