-- Every attempt that the bank has, or may have, should appear on a statement. So should one whose return was seen first.
INSERT INTO reconciliation_expectation
       (id, bank_account_id, attempt_id, payout_id, file_id, amount, currency, end_to_end_id, state)
SELECT attempt.id, attempt.bank_account_id, attempt.id, attempt.payout_id, attempt.file_id, attempt.amount,
       attempt.currency, payout.end_to_end_id, 'open'
  FROM payouts_attempt AS attempt
  JOIN payouts_payout AS payout ON payout.id = attempt.payout_id
 WHERE attempt.bank_account_id = %(bank_account)s
   AND (attempt.status IN ('sent', 'accepted', 'in_doubt')
        OR (attempt.status = 'returned' AND payout.status = 'returned' AND payout.returned_from = 'sent'))
   AND NOT EXISTS (SELECT FROM reconciliation_expectation AS known WHERE known.attempt_id = attempt.id)
    ON CONFLICT DO NOTHING
