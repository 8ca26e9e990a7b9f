-- Until a closed day every line is identified, or two people have signed for it, and the balance is the statement's
SELECT closed.bank_account_id, closed.day, closed.balance, statement.closing, line.id AS open_line
  FROM reconciliation_dayclose AS closed
  JOIN reconciliation_statement AS statement ON statement.id = closed.statement_id
  LEFT JOIN (SELECT still.id, still.bank_account_id, still.booked_on
               FROM reconciliation_statementline AS still
               LEFT JOIN (SELECT signed.line_id
                            FROM reconciliation_remainder AS signed
                            JOIN reconciliation_closeproposal AS said ON said.id = signed.proposal_id
                           WHERE said.status = 'confirmed' AND said.decided_by_id <> said.proposed_by_id) AS known
                      ON known.line_id = still.id
              WHERE still.state IN ('unmatched', 'partly') AND known.line_id IS NULL) AS line
         ON line.bank_account_id = closed.bank_account_id
        AND line.booked_on <= closed.day
 WHERE closed.balance <> statement.closing OR line.id IS NOT NULL
