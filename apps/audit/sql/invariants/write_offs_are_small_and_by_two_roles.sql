-- What is written off was within the limit of its time, and one person said so and another one confirmed it
SELECT made.id, made.amount, made.matched_at, said.proposed_by_id, said.decided_by_id
  FROM reconciliation_match AS made
  JOIN reconciliation_statementline AS line ON line.id = made.line_id
  LEFT JOIN reconciliation_proposal AS said ON said.id = made.proposal_id AND said.status = 'confirmed'
 WHERE made.kind = 'writeoff'
   AND (made.automatic OR said.id IS NULL OR said.proposed_by_id = said.decided_by_id
        OR made.amount > reconciliation_write_off_limit(line.currency, made.matched_at))
