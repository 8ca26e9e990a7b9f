-- Debits without details that are the sum of all payments of one file that are still expected. The line names the file,
-- by message id or payment information id; if it names none, the sum must leave no choice: no other such file, no other
-- such line, no single payment of this amount.
WITH expected AS (
    SELECT expectation.file_id, file.message_id, expectation.currency, sum(expectation.amount) AS total,
           bool_and(payout.status IN ('sent', 'in_doubt')) AS ready
      FROM reconciliation_expectation AS expectation
      JOIN rails_paymentfile AS file ON file.id = expectation.file_id
      JOIN payouts_payout AS payout ON payout.id = expectation.payout_id
     WHERE expectation.bank_account_id = %(bank_account)s
       AND expectation.state = 'open'
     GROUP BY expectation.file_id, file.message_id, expectation.currency),
whole AS (
    SELECT part.id, part.line_id, part.amount, line.currency, line.booked_on, line.position,
           ARRAY(SELECT name FROM unnest(ARRAY[line.message_id, part.message_id, line.payment_information_id,
                                               part.payment_information_id]) AS name WHERE name <> '') AS names
      FROM reconciliation_statementline AS line
      JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open AND part.is_whole
     WHERE line.bank_account_id = %(bank_account)s
       AND line.state IN ('unmatched', 'partly')
       AND line.sign = 'DBIT'
       AND NOT line.reversal
       AND part.payout_reference = '')
SELECT DISTINCT ON (expected.file_id) whole.id, whole.line_id, expected.file_id, whole.names <> '{}'
  FROM whole
  JOIN expected ON expected.total = whole.amount AND expected.currency = whole.currency AND expected.ready
 WHERE (EXISTS (SELECT FROM unnest(whole.names) AS name WHERE starts_with(name, expected.message_id))
        OR (whole.names = '{}'
            AND NOT EXISTS (SELECT FROM expected AS other
                             WHERE other.total = whole.amount AND other.file_id <> expected.file_id)
            AND NOT EXISTS (SELECT FROM whole AS other WHERE other.amount = whole.amount AND other.id <> whole.id)
            AND NOT EXISTS (SELECT FROM reconciliation_expectation AS single
                             WHERE single.bank_account_id = %(bank_account)s
                               AND single.state = 'open'
                               AND single.amount = whole.amount
                               AND single.file_id <> expected.file_id)))
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                     JOIN reconciliation_expectation AS former ON former.id = rejected.expectation_id
                    WHERE rejected.part_id = whole.id AND former.file_id = expected.file_id)
 ORDER BY expected.file_id, whole.booked_on, whole.position
