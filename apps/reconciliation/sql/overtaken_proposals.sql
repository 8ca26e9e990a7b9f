-- What is proposed for any of the parts, alone or as one of several, and waits for a second person.
SELECT proposal.id
  FROM reconciliation_proposal AS proposal
 WHERE proposal.part_id = ANY (%(parts)s::bigint[])
   AND proposal.status = 'proposed'
 UNION
SELECT proposal.id
  FROM reconciliation_share AS share
  JOIN reconciliation_proposal AS proposal ON proposal.id = share.proposal_id
 WHERE share.part_id = ANY (%(parts)s::bigint[])
   AND proposal.status = 'proposed'
