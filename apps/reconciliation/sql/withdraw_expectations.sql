-- Attempts that ended without the bank's money moving are expected no longer.
UPDATE reconciliation_expectation AS expectation
   SET state = 'withdrawn'
  FROM payouts_attempt AS attempt
 WHERE attempt.id = expectation.attempt_id
   AND expectation.state = 'open'
   AND expectation.bank_account_id = %(bank_account)s
   AND attempt.status IN ('refused', 'abandoned')
