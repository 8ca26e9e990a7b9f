-- Debits that two people have charged to somebody before, because the bank paid what it had refused, or paid it twice: of
-- the amount that was charged, with the reference of the payout. Each conflict explains one debit.
SELECT DISTINCT ON (conflict.id)
       part.id, part.line_id, part.amount, payout.id, conflict.id
  FROM payouts_conflict AS conflict
  JOIN payouts_payout AS payout ON payout.id = conflict.payout_id
  JOIN reconciliation_linepart AS part ON part.payout_reference = payout.end_to_end_id AND part.is_open
  JOIN reconciliation_statementline AS line ON line.id = part.line_id
 WHERE conflict.outcome = 'paid_after_all'
   AND payout.bank_account_id = %(bank_account)s
   AND line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'DBIT'
   AND line.currency = conflict.currency
   AND part.amount = conflict.amount
   AND NOT EXISTS (SELECT FROM reconciliation_match AS live
                    WHERE live.conflict_id = conflict.id AND live.kind = 'extra' AND live.undone_at IS NULL)
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                    WHERE rejected.part_id = part.id AND rejected.conflict_id = conflict.id)
 ORDER BY conflict.id, line.booked_on, line.position, part.number
 LIMIT %(limit)s
