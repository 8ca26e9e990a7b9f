-- Lock every payout that matching on these accounts may move, in id order and before any account of the ledger, so that
-- nobody who holds a payout and waits for the ledger is waited for. A payout that has not been started is left out: who
-- starts it holds it and waits for the bank account, and nothing that a line says of it can be true yet.
--
-- OFFSET 0: the reference is looked up first, never all payouts of the account (see match_by_reference.sql).
SELECT count(*)
  FROM (SELECT payout.id
          FROM payouts_payout AS payout
         WHERE payout.id IN (SELECT expectation.payout_id
                               FROM reconciliation_expectation AS expectation
                              WHERE expectation.bank_account_id = ANY (%(bank_accounts)s)
                                AND expectation.state = 'open'
                              UNION
                             SELECT returned.id
                               FROM reconciliation_statementline AS line
                               JOIN reconciliation_linepart AS part ON part.line_id = line.id AND part.is_open
                               JOIN LATERAL (SELECT * FROM payouts_payout
                                              WHERE end_to_end_id = part.payout_reference OFFSET 0) AS returned
                                 ON returned.bank_account_id = line.bank_account_id
                              WHERE line.bank_account_id = ANY (%(bank_accounts)s)
                                AND line.state IN ('unmatched', 'partly')
                                AND part.payout_reference > ''
                                AND returned.status NOT IN ('in_review', 'awaiting_approval', 'awaiting_funds',
                                                            'scheduled'))
         ORDER BY payout.id
           FOR NO KEY UPDATE) AS locked
