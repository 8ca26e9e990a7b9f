-- Credits that a bank calls a return and that carry the reference of a payout which left this account, in full. Where a
-- conflict is open, or two people have found that the bank paid twice, they say which of the payments came back.
-- OFFSET 0: the reference is looked up first, never all payouts of the account (see match_by_reference.sql).
SELECT DISTINCT ON (payout.id)
       part.id, part.line_id, part.amount, payout.id, part.return_code, part.return_text
  FROM reconciliation_statementline AS line
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
  JOIN LATERAL (SELECT * FROM payouts_payout WHERE end_to_end_id = part.payout_reference OFFSET 0) AS payout
    ON payout.bank_account_id = line.bank_account_id
   AND payout.currency = line.currency
   AND payout.net = part.amount
   AND payout.status IN ('sent', 'paid')
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'CRDT'
   AND (part.is_return OR line.reversal)
   AND NOT EXISTS (SELECT FROM payouts_conflict AS conflict
                    WHERE conflict.payout_id = payout.id
                      AND (conflict.closed_at IS NULL OR conflict.outcome = 'paid_after_all'))
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                    WHERE rejected.part_id = part.id AND rejected.payout_id = payout.id AND rejected.kind = 'return')
 ORDER BY payout.id, line.booked_on, line.position, part.number
 LIMIT %(limit)s
