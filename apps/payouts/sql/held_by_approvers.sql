-- Which approver could decide how much of what waits for approval, per currency, and since when.
-- "alone" is what nobody else of these approvers could decide: it waits for this person and for no one else.

WITH waiting AS MATERIALIZED (
    SELECT request.id, payout.amount, payout.currency, request.opened_at, request.excluded
      FROM payouts_payout AS payout
      JOIN approvals_request AS request ON request.id = payout.approval_id
     WHERE payout.status = 'awaiting_approval'
), undecided AS (
    SELECT waiting.id, waiting.amount, waiting.currency, waiting.opened_at, approver.id AS person_id,
           count(*) OVER (PARTITION BY waiting.id) AS people
      FROM waiting
      CROSS JOIN unnest(%(approvers)s::uuid[]) AS approver (id)
      LEFT JOIN approvals_decision AS decision ON decision.request_id = waiting.id AND decision.person_id = approver.id
     WHERE decision.id IS NULL AND approver.id <> ALL (waiting.excluded)
)
SELECT person_id,
       currency,
       count(*) AS count,
       sum(amount)::bigint AS amount,
       min(opened_at) AS since,
       count(*) FILTER (WHERE people = 1) AS alone
  FROM undecided
 GROUP BY person_id, currency
 ORDER BY amount DESC
