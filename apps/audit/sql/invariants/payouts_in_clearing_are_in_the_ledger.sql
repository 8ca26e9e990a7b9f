-- Clearing of a bank account is the sum of what was submitted and is not yet on a statement
-- A payout whose return overtook its debit is still awaited on a statement.
SELECT holder, currency, account.available AS in_ledger, payouts.amount AS in_payouts
  FROM (SELECT holder, currency, available FROM ledger_account WHERE kind = 'clearing') AS account
  FULL JOIN (SELECT audit_public_id('ba', bank_account_id) AS holder, currency, sum(amount) AS amount
               FROM payouts_payout
              WHERE funding = 'submitted' OR (status = 'returned' AND returned_from = 'sent')
              GROUP BY bank_account_id, currency) AS payouts
      USING (holder, currency)
 WHERE coalesce(account.available, 0) <> coalesce(payouts.amount, 0)
