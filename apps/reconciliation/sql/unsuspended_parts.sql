-- Booked parts that nothing explains and that are not in suspense yet.
SELECT part.id, part.line_id, part.amount
  FROM reconciliation_statementline AS line
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND NOT EXISTS (SELECT FROM reconciliation_match AS live WHERE live.part_id = part.id AND live.undone_at IS NULL)
 ORDER BY line.booked_on, line.position, part.number
 LIMIT %(limit)s
