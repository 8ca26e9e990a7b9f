-- Debits that the bank's transaction code calls a fee. A part that was one once, and was undone, is left to a person.
SELECT part.id, part.line_id, part.amount
  FROM reconciliation_statementline AS line
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'DBIT'
   AND NOT line.reversal
   AND (line.proprietary_code ~ %(proprietary)s OR line.bank_code LIKE ANY (%(codes)s))
   AND part.payout_reference = ''
   AND NOT EXISTS (SELECT FROM reconciliation_match AS fee WHERE fee.part_id = part.id AND fee.kind = 'fee')
 ORDER BY line.booked_on, line.position, part.number
 LIMIT %(limit)s
