-- Suspense is the sum of what nobody has identified, with what was on the accounts before the first statement
-- Nothing can be said of a currency before a bank has told something.
SELECT currency, account.available AS in_ledger, open.amount AS unidentified
  FROM (SELECT currency, available FROM ledger_account WHERE kind = 'suspense') AS account
 RIGHT JOIN (SELECT part.currency, sum(part.amount) AS amount
               FROM (SELECT line.currency,
                            CASE WHEN match.id IS NULL THEN 0
                                 WHEN line.sign = 'CRDT' THEN match.amount
                                 ELSE -match.amount END AS amount
                       FROM reconciliation_statementline AS line
                       LEFT JOIN reconciliation_match AS match
                              ON match.line_id = line.id AND match.kind = 'suspense' AND match.undone_at IS NULL
                     UNION ALL
                     SELECT opening.currency, -opening.amount
                       FROM ledger_entry AS opening JOIN ledger_account AS account ON account.id = opening.account_id
                      WHERE opening.moment = 'statement.opened' AND account.kind = 'suspense') AS part
              GROUP BY part.currency) AS open
      USING (currency)
 WHERE coalesce(account.available, 0) <> open.amount
