-- What two people have split or grouped is matched as they said, each share to the cent, and ends as a whole
SELECT said.id, said.shape, share.part_id, share.kind, share.amount, made.amount AS matched, made.live, made.ended
  FROM reconciliation_proposal AS said
  LEFT JOIN reconciliation_share AS share ON share.proposal_id = said.id
  LEFT JOIN (SELECT proposal_id, part_id, kind, reconciliation_target(match) AS target, sum(amount) AS amount,
                    count(*) FILTER (WHERE undone_at IS NULL) AS live, count(undone_at) AS ended
               FROM reconciliation_match AS match
              WHERE proposal_id IN (SELECT id FROM reconciliation_proposal WHERE shape <> 'one')
              GROUP BY proposal_id, part_id, kind, target) AS made
         ON made.proposal_id = said.id AND made.part_id = share.part_id AND made.kind = share.kind
        AND made.target IS NOT DISTINCT FROM share.target
 WHERE said.shape <> 'one' AND said.status = 'confirmed'
   AND (share.id IS NULL OR made.amount IS DISTINCT FROM share.amount
        OR (made.live > 0 AND EXISTS (SELECT FROM reconciliation_match AS gone
                                       WHERE gone.proposal_id = said.id AND gone.undone_at IS NOT NULL)))
UNION ALL
SELECT said.id, said.shape, NULL, said.kind, said.amount, sum(share.amount), NULL, NULL
  FROM reconciliation_proposal AS said
  JOIN reconciliation_share AS share ON share.proposal_id = said.id
 GROUP BY said.id
HAVING sum(share.amount) <> said.amount
UNION ALL
SELECT made.id, said.shape, made.part_id, made.kind, made.amount, NULL, NULL, NULL
  FROM reconciliation_match AS made
  LEFT JOIN reconciliation_proposal AS said ON said.id = made.proposal_id
 WHERE (made.place > 1 OR made.piece > 1) AND coalesce(said.shape, 'one') = 'one'
