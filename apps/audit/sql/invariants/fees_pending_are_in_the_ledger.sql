-- Pending fees of a bank account are those of its payouts whose debit is still awaited
SELECT holder, currency, account.available AS in_ledger, payouts.fees AS in_payouts
  FROM (SELECT holder, currency, available FROM ledger_account WHERE kind = 'fee_pending') AS account
  FULL JOIN (SELECT audit_public_id('ba', bank_account_id) AS holder, currency, sum(fee) AS fees
               FROM payouts_payout
              WHERE fee > 0 AND (funding = 'submitted' OR (status = 'returned' AND returned_from = 'sent'))
              GROUP BY bank_account_id, currency) AS payouts
      USING (holder, currency)
 WHERE coalesce(account.available, 0) <> coalesce(payouts.fees, 0)
