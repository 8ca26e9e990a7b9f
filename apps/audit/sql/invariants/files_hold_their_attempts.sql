-- A sealed file counts and sums exactly its attempts
SELECT file.message_id, file.rail, file.state, file.transactions, file.control_sum,
       count(attempt.id) AS attempts, sum(attempt.amount) AS sum_of_attempts
  FROM rails_paymentfile AS file LEFT JOIN payouts_attempt AS attempt
       ON attempt.file_id = file.id AND attempt.status <> 'abandoned'
 WHERE file.state <> 'open'
 GROUP BY file.id
HAVING file.transactions <> count(attempt.id)
    OR file.control_sum IS DISTINCT FROM sum(attempt.amount)
    OR bool_or(attempt.bank_account_id <> file.bank_account_id OR attempt.currency <> file.currency
               OR attempt.rail <> file.rail)
