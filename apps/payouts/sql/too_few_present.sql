-- How much of what waits for approval has fewer people present who could decide it than it still needs. The oldest are
-- looked at. "present" are the approvers who are not away; whoever made a payout or has decided it does not count again.

WITH waiting AS MATERIALIZED (
    SELECT id, excluded, approvals, required - approvals AS missing
      FROM approvals_request
     WHERE status = 'open'
     ORDER BY opened_at
     LIMIT %(most)s
)
SELECT count(*) AS count
  FROM waiting
 WHERE missing > (SELECT count(*)
                    FROM unnest(%(present)s::uuid[]) AS person (id)
                   WHERE person.id <> ALL (waiting.excluded)
                     AND (waiting.approvals = 0
                          OR NOT EXISTS (SELECT FROM approvals_decision AS decision
                                          WHERE decision.request_id = waiting.id AND decision.person_id = person.id)))
