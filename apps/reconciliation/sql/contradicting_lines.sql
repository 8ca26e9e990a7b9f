-- Debits that carry the reference of a payout which has ended unpaid, or of one that another debit has proved already. A pair
-- that a person rejected says nothing, nor does what is sent back, nor a debit that a closed conflict explains.
--
-- OFFSET 0: the reference is looked up first, never all payouts of the account (see match_by_reference.sql).
SELECT line.id, part.number, line.booked_on, part.amount, payout.id, proved.id IS NOT NULL AS is_second
  FROM reconciliation_statementline AS line
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
  JOIN LATERAL (SELECT * FROM payouts_payout WHERE end_to_end_id = part.payout_reference OFFSET 0) AS payout
    ON payout.bank_account_id = line.bank_account_id
   AND payout.currency = line.currency
  LEFT JOIN reconciliation_match AS proved
         ON proved.payout_id = payout.id AND proved.kind IN ('payout', 'batch') AND proved.undone_at IS NULL
        AND proved.piece = 1
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'DBIT'
   AND NOT line.reversal
   AND NOT part.is_return
   AND part.payout_reference > ''
   AND (payout.status IN ('failed', 'rejected', 'cancelled', 'expired') OR proved.id IS NOT NULL)
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                    WHERE rejected.part_id = part.id AND rejected.payout_id = payout.id)
 ORDER BY line.booked_on, line.position, part.number
 LIMIT %(limit)s
