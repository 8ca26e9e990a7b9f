-- A payout past approval has an approved request, with enough approvals
SELECT payout.id, payout.rail, payout.status, request.status AS approval, request.approvals, request.required
  FROM payouts_payout AS payout LEFT JOIN approvals_request AS request ON request.id = payout.approval_id
 WHERE (payout.status IN ('awaiting_funds', 'scheduled', 'submitting', 'in_doubt', 'sent', 'paid', 'failed', 'returned')
        OR EXISTS (SELECT FROM payouts_attempt AS attempt WHERE attempt.payout_id = payout.id))
   AND (request.status IS DISTINCT FROM 'approved' OR request.approvals < request.required)
