-- Credits that carry the funding reference of exactly one partner, in the mode of the account.
SELECT part.id, part.line_id, part.amount, partner.id
  FROM reconciliation_statementline AS line
  JOIN rails_bankaccount AS bank_account ON bank_account.id = line.bank_account_id
  JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
  JOIN partners_partner AS partner
    ON partner.funding_reference = part.funding_reference AND partner.mode = bank_account.mode
 WHERE line.bank_account_id = %(bank_account)s
   AND line.state IN ('unmatched', 'partly')
   AND line.sign = 'CRDT'
   AND NOT line.reversal
   AND NOT part.is_return
   AND part.payout_reference = ''
   AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                    WHERE rejected.part_id = part.id AND rejected.partner_id = partner.id)
 ORDER BY line.booked_on, line.position, part.number
 LIMIT %(limit)s
