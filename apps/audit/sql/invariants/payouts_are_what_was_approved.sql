-- A payout's content is the content its approval request is bound to (Payout.digest)
SELECT payout.id, payout.rail, payout.status, payout.amount, payout.currency, request.digest
  FROM payouts_payout AS payout
  JOIN approvals_request AS request ON request.id = payout.approval_id
 WHERE request.amount <> payout.amount
    OR request.currency <> payout.currency
    OR request.digest <> encode(sha256(convert_to(
           '{"amount":' || payout.amount
           || ',"currency":' || to_json(payout.currency::text)
           || ',"end_to_end_id":' || to_json(payout.end_to_end_id::text)
           || CASE WHEN payout.fee_terms = '{}' THEN ''
                ELSE ',"fee":' || payout.fee || ',"fee_paid_by":' || to_json(payout.fee_paid_by::text)
                     || ',"fee_schedule":' || to_json(payout.fee_terms #>> '{setting,id}') END
           || ',"method_version":' || '"' || payout.method_version_id || '"'
           || ',"rail":' || to_json(payout.rail::text)
           || ',"recipient_version":' || '"' || payout.recipient_version_id || '"'
           || ',"reference":' || to_json(payout.reference::text) || '}', 'UTF8')), 'hex')
