-- A payout with the bank has exactly one live attempt, in a status that fits; no other payout has one
SELECT payout.id, payout.rail, payout.status, payout.amount, array_agg(attempt.status) AS attempts
  FROM payouts_payout AS payout LEFT JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id
 GROUP BY payout.id
HAVING count(attempt.id) FILTER (WHERE attempt.status IN ('prepared', 'sent', 'accepted', 'in_doubt', 'settled'))
           <> CASE WHEN payout.status IN ('submitting', 'in_doubt', 'sent', 'paid') THEN 1 ELSE 0 END
    OR bool_or(attempt.status = 'prepared') AND payout.status NOT IN ('submitting', 'in_doubt')
    OR bool_or(attempt.status IN ('sent', 'accepted')) AND payout.status <> 'sent'
    OR bool_or(attempt.status = 'in_doubt') AND payout.status <> 'in_doubt'
    OR bool_or(attempt.status = 'settled') <> (payout.status = 'paid')
    OR bool_or(attempt.status = 'returned') <> (payout.status = 'returned')
    OR payout.status = 'failed' AND NOT coalesce(bool_or(attempt.status IN ('refused', 'abandoned')), false)
    OR bool_or(attempt.amount <> payout.net OR attempt.currency <> payout.currency
               OR attempt.bank_account_id <> payout.bank_account_id
               OR attempt.instruction_id <> payout.end_to_end_id || '-' || attempt.number)
