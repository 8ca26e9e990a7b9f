-- Debits that carry the verified reference of a payout which is expected with this amount on this account. Of two equal
-- debits the earlier one is the payout's, the later one is left to a person. A pair that a person rejected stays apart.
--
-- OFFSET 0 keeps the other conditions out of the search for the reference: among many payouts of equal amounts, tables
-- without statistics tempt the planner to look the amount up first, which takes quadratic time.
SELECT DISTINCT ON (expectation.id)
       part.id, part.line_id, part.amount, expectation.id, expectation.payout_id
  FROM reconciliation_statementline AS line
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
  JOIN LATERAL (SELECT * FROM reconciliation_expectation
                 WHERE end_to_end_id = part.payout_reference AND state = 'open' OFFSET 0) AS expectation
    ON expectation.bank_account_id = line.bank_account_id
   AND expectation.currency = line.currency
   AND expectation.amount = part.amount
  JOIN payouts_payout AS payout ON payout.id = expectation.payout_id
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'DBIT'
   AND NOT line.reversal
   AND NOT part.is_return
   AND (payout.status IN ('sent', 'in_doubt') OR (payout.status = 'returned' AND payout.returned_from = 'sent'))
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                    WHERE rejected.part_id = part.id AND rejected.expectation_id = expectation.id)
 ORDER BY expectation.id, line.booked_on, line.position, part.number
 LIMIT %(limit)s
