-- The parts of a booked line sum to the line, and so do its live matches
SELECT line.id, line.state, line.amount, parts.amount AS in_parts, matches.amount AS in_matches
  FROM reconciliation_statementline AS line
  LEFT JOIN (SELECT line_id, sum(amount) AS amount FROM reconciliation_linepart GROUP BY line_id) AS parts
         ON parts.line_id = line.id
  LEFT JOIN (SELECT line_id, sum(amount) AS amount
               FROM reconciliation_match WHERE undone_at IS NULL GROUP BY line_id) AS matches
         ON matches.line_id = line.id
 WHERE line.status = 'booked'
   AND line.amount > 0
   AND (coalesce(parts.amount, 0) <> line.amount OR coalesce(matches.amount, 0) <> line.amount)
