-- Which approver could decide how much of what waits for approval, per currency, and since when.
-- "alone" is what nobody else of these approvers could decide: it waits for this person and for no one else.
-- What the same people are excluded from, and have decided, is counted together before it is asked who is left.

WITH waiting AS MATERIALIZED (
    SELECT payout.currency, request.excluded, decided.people AS decided,
           count(*) AS count, sum(payout.amount) AS amount, min(request.opened_at) AS since
      FROM payouts_payout AS payout
      JOIN approvals_request AS request ON request.id = payout.approval_id
      LEFT JOIN (SELECT decision.request_id, array_agg(decision.person_id ORDER BY decision.person_id) AS people
                   FROM approvals_decision AS decision
                   JOIN approvals_request AS open ON open.id = decision.request_id AND open.status = 'open'
                  GROUP BY decision.request_id) AS decided ON decided.request_id = request.id
     WHERE payout.status = 'awaiting_approval' AND request.status = 'open'
     GROUP BY payout.currency, request.excluded, decided.people
), undecided AS (
    SELECT waiting.*, approver.id AS person_id,
           count(*) OVER (PARTITION BY waiting.currency, waiting.excluded, waiting.decided) AS people
      FROM waiting
      CROSS JOIN unnest(%(approvers)s::uuid[]) AS approver (id)
     WHERE approver.id <> ALL (waiting.excluded) AND approver.id <> ALL (coalesce(waiting.decided, '{}'))
)
SELECT person_id,
       currency,
       sum(count)::bigint AS count,
       sum(amount)::bigint AS amount,
       min(since) AS since,
       coalesce(sum(count) FILTER (WHERE people = 1), 0)::bigint AS alone
  FROM undecided
 GROUP BY person_id, currency
 ORDER BY amount DESC
