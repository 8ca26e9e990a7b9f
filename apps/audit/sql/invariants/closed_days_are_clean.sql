-- Until a closed day every line is identified, and the balance is the statement's
SELECT closed.bank_account_id, closed.day, closed.balance, statement.closing, line.id AS open_line
  FROM reconciliation_dayclose AS closed
  JOIN reconciliation_statement AS statement ON statement.id = closed.statement_id
  LEFT JOIN reconciliation_statementline AS line
         ON line.bank_account_id = closed.bank_account_id
        AND line.booked_on <= closed.day
        AND line.state IN ('unmatched', 'partly')
 WHERE closed.balance <> statement.closing OR line.id IS NOT NULL
