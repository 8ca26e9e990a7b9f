-- No part of a line, no expectation and no return of a payout is matched twice at a time
-- Where two people have split a part or grouped several, all its matches are theirs; that they are exact, others tell.
SELECT 'part' AS what, match.part_id::text AS id, count(*) AS matches
  FROM (SELECT part_id FROM reconciliation_match
         WHERE undone_at IS NULL AND kind <> 'batch' GROUP BY part_id HAVING count(*) > 1) AS several
  JOIN reconciliation_match AS match
    ON match.part_id = several.part_id AND match.undone_at IS NULL AND match.kind <> 'batch'
 GROUP BY match.part_id HAVING count(DISTINCT coalesce(match.proposal_id, match.id)) > 1
UNION ALL
SELECT 'expectation', match.expectation_id::text, count(*)
  FROM (SELECT expectation_id FROM reconciliation_match
         WHERE undone_at IS NULL AND expectation_id IS NOT NULL GROUP BY expectation_id HAVING count(*) > 1) AS several
  JOIN reconciliation_match AS match ON match.expectation_id = several.expectation_id AND match.undone_at IS NULL
 GROUP BY match.expectation_id HAVING count(DISTINCT coalesce(match.proposal_id, match.id)) > 1
UNION ALL
SELECT 'return', match.payout_id::text, count(*)
  FROM (SELECT payout_id FROM reconciliation_match
         WHERE undone_at IS NULL AND kind = 'return' GROUP BY payout_id HAVING count(*) > 1) AS several
  JOIN reconciliation_match AS match
    ON match.payout_id = several.payout_id AND match.undone_at IS NULL AND match.kind = 'return'
 GROUP BY match.payout_id HAVING count(DISTINCT coalesce(match.proposal_id, match.id)) > 1
