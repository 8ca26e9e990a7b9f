-- A sealed file counts and sums exactly its attempts
-- One that a restore had forgotten may also hold payouts that were made after the backup.
SELECT file.message_id, file.rail, file.state, file.transactions, file.control_sum,
       count(attempt.id) AS attempts, sum(attempt.amount) AS sum_of_attempts
  FROM rails_paymentfile AS file LEFT JOIN payouts_attempt AS attempt
       ON attempt.file_id = file.id AND attempt.status <> 'abandoned'
 WHERE file.state <> 'open'
 GROUP BY file.id
HAVING count(attempt.id) NOT BETWEEN CASE WHEN file.recovered_at IS NULL THEN file.transactions ELSE 0 END
                              AND file.transactions
    OR coalesce(sum(attempt.amount), 0)
       NOT BETWEEN CASE WHEN file.recovered_at IS NULL THEN file.control_sum ELSE 0 END AND file.control_sum
    OR bool_or(attempt.bank_account_id <> file.bank_account_id OR attempt.currency <> file.currency
               OR attempt.rail <> file.rail)
