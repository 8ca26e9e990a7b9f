-- No part of a line, no expectation and no return of a payout is matched twice at a time
SELECT 'part' AS what, part_id::text AS id, count(*) AS matches
  FROM reconciliation_match WHERE undone_at IS NULL AND kind <> 'batch' GROUP BY part_id HAVING count(*) > 1
UNION ALL
SELECT 'expectation', expectation_id::text, count(*)
  FROM reconciliation_match WHERE undone_at IS NULL AND expectation_id IS NOT NULL
 GROUP BY expectation_id HAVING count(*) > 1
UNION ALL
SELECT 'return', payout_id::text, count(*)
  FROM reconciliation_match WHERE undone_at IS NULL AND kind = 'return' GROUP BY payout_id HAVING count(*) > 1
