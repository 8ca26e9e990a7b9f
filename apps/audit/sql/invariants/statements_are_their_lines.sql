-- The booked lines of a statement are its sums, and opening with them is closing
SELECT statement.statement_id, statement.credits, statement.debits, lines.credits AS credit_lines, lines.debits AS debit_lines
  FROM reconciliation_statement AS statement
  LEFT JOIN (SELECT statement_id,
                    sum(amount) FILTER (WHERE sign = 'CRDT') AS credits,
                    sum(amount) FILTER (WHERE sign = 'DBIT') AS debits
               FROM reconciliation_statementline WHERE status = 'booked' GROUP BY statement_id) AS lines
         ON lines.statement_id = statement.id
 WHERE statement.number IS NOT NULL
   AND (statement.credits <> coalesce(lines.credits, 0)
        OR statement.debits <> coalesce(lines.debits, 0)
        OR statement.closing <> statement.opening + coalesce(lines.credits, 0) - coalesce(lines.debits, 0))
