-- A line is matched when none of it is in suspense, unmatched when all of it is
SELECT line.id, line.state, count(*) FILTER (WHERE match.kind = 'suspense') AS in_suspense, count(*) AS matches
  FROM reconciliation_statementline AS line
  JOIN reconciliation_match AS match ON match.line_id = line.id AND match.undone_at IS NULL
 GROUP BY line.id
HAVING line.state <> CASE count(*) FILTER (WHERE match.kind = 'suspense')
                          WHEN 0 THEN 'matched' WHEN count(*) THEN 'unmatched' ELSE 'partly' END
