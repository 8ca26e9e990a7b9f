-- Every stored balance is the sum of its account's transfers
SELECT account.kind, account.holder, account.currency, account.debits, account.credits,
       coalesce(moved.debits, 0) AS debits_of_transfers, coalesce(moved.credits, 0) AS credits_of_transfers
  FROM ledger_account AS account
  LEFT JOIN (SELECT side.account, sum(side.debits) AS debits, sum(side.credits) AS credits
               FROM (SELECT debit_id AS account, sum(amount) AS debits, 0 AS credits
                       FROM ledger_transfer GROUP BY debit_id
                     UNION ALL
                     SELECT credit_id, 0, sum(amount) FROM ledger_transfer GROUP BY credit_id) AS side
              GROUP BY side.account) AS moved ON moved.account = account.id
 WHERE account.debits <> coalesce(moved.debits, 0) OR account.credits <> coalesce(moved.credits, 0)
