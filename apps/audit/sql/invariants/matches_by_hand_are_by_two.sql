-- By hand, a line is matched by a reference of ours or by two people, and what was matched is undone by two people
-- Which matches a reference proves, and what two people have said, is told by the functions that the tables ask too; a pair
-- undone since had its reference then. What one person did before the tables came to ask for two was right then.
WITH asked AS (SELECT coalesce(max(applied), '-infinity') AS since FROM django_migrations
                WHERE app = 'reconciliation' AND name = '0005_two_people')
SELECT 'decided by one' AS what, said.id, said.kind, said.proposed_by_id AS person
  FROM reconciliation_proposal AS said
 WHERE said.status = 'confirmed' AND (said.decided_by_id IS NULL OR said.decided_by_id = said.proposed_by_id)
UNION ALL
SELECT 'matched by one', made.id, made.kind, made.matched_by_id
  FROM reconciliation_match AS made
  LEFT JOIN reconciliation_proposal AS said
         ON said.id = made.proposal_id AND reconciliation_says(said, made)
 WHERE made.matched_at >= (SELECT since FROM asked) AND NOT made.automatic AND made.kind <> 'suspense' AND said.id IS NULL
   AND (made.proposal_id IS NOT NULL OR made.undone_at IS NULL AND NOT reconciliation_is_proven(made))
UNION ALL
SELECT 'undone by one', ended.id, ended.kind, ended.undone_by_id
  FROM reconciliation_match AS ended
 WHERE ended.undone_at >= (SELECT since FROM asked) AND ended.kind <> 'suspense'
   AND NOT EXISTS (SELECT FROM reconciliation_proposal AS said
                     JOIN reconciliation_match AS named ON named.id = said.undoes_id
                    WHERE (said.part_id = ended.part_id OR named.proposal_id = ended.proposal_id)
                      AND said.status = 'confirmed' AND named.undone_at = ended.undone_at)
