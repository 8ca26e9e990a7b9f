-- An attempt the bank has is in a file that was handed over
SELECT attempt.instruction_id, attempt.rail, attempt.status, file.message_id, file.state
  FROM payouts_attempt AS attempt JOIN rails_paymentfile AS file ON file.id = attempt.file_id
 WHERE attempt.status IN ('sent', 'accepted', 'settled', 'returned') AND file.handed_over_at IS NULL
