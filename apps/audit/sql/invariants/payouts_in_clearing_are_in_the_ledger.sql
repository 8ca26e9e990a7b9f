-- Clearing of a bank account is the sum of what was submitted, or charged by a conflict, and is not yet on a statement
-- A payout whose return overtook its debit is still awaited on a statement.
SELECT holder, currency, account.available AS in_ledger, payouts.amount AS in_payouts
  FROM (SELECT holder, currency, available FROM ledger_account WHERE kind = 'clearing') AS account
  FULL JOIN (SELECT audit_public_id('ba', bank_account_id) AS holder, currency, sum(amount) AS amount
               FROM (SELECT bank_account_id, currency, net AS amount
                       FROM payouts_payout
                      WHERE funding = 'submitted' OR (status = 'returned' AND returned_from = 'sent')
                     UNION ALL
                     SELECT payout.bank_account_id, conflict.currency, conflict.amount
                       FROM payouts_conflict AS conflict
                       JOIN payouts_payout AS payout ON payout.id = conflict.payout_id
                       LEFT JOIN reconciliation_match AS match
                              ON match.conflict_id = conflict.id AND match.kind = 'extra' AND match.undone_at IS NULL
                      WHERE conflict.outcome = 'paid_after_all' AND match.id IS NULL) AS awaited
              GROUP BY bank_account_id, currency) AS payouts
      USING (holder, currency)
 WHERE coalesce(account.available, 0) <> coalesce(payouts.amount, 0)
