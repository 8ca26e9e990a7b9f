-- The state of lines follows their parts.
UPDATE reconciliation_statementline AS line
   SET state = found.state
  FROM (SELECT part.line_id,
               CASE WHEN bool_and(part.is_open) THEN 'unmatched'
                    WHEN bool_or(part.is_open) THEN 'partly'
                    ELSE 'matched' END AS state
          FROM reconciliation_linepart AS part
         WHERE part.line_id = ANY (%(lines)s)
         GROUP BY part.line_id) AS found
 WHERE line.id = found.line_id
   AND line.state <> 'noted'
   AND line.state <> found.state
RETURNING line.id, line.state
