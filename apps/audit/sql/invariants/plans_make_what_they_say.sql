-- Every payout of a committed plan is what one row of it says, and waits for nobody who uploaded or committed it
SELECT batch.reference, row.number, payout.id AS payout, payout.reference AS made
  FROM payouts_batch AS batch
  JOIN payouts_plan AS plan ON plan.id = batch.plan_id
  JOIN payouts_payout AS payout ON payout.batch_id = batch.id
  LEFT JOIN payouts_planrow AS row ON row.payout_id = payout.id
  LEFT JOIN approvals_request AS request ON request.id = payout.approval_id
 WHERE row.plan_id IS DISTINCT FROM plan.id
    OR (row.reference, row.amount, row.currency) IS DISTINCT FROM (payout.reference, payout.amount, payout.currency)
    OR NOT coalesce(request.excluded @> plan.makers, true)
UNION ALL
SELECT plan.reference, row.number, row.payout_id, row.reference
  FROM payouts_planrow AS row
  JOIN payouts_plan AS plan ON plan.id = row.plan_id
  LEFT JOIN payouts_payout AS payout ON payout.id = row.payout_id
  LEFT JOIN payouts_batch AS batch ON batch.id = payout.batch_id
 WHERE row.status = 'created' AND batch.plan_id IS DISTINCT FROM plan.id
