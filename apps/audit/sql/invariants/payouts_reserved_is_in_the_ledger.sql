-- Reserved money of a partner is the sum of its payouts that are reserved, with the fees it pays on top
SELECT holder, currency, account.available AS in_ledger, payouts.amount AS in_payouts
  FROM (SELECT holder, currency, available FROM ledger_account WHERE kind = 'reserved') AS account
  FULL JOIN (SELECT audit_public_id('ptn', partner_id) AS holder, currency, sum(total) AS amount
               FROM payouts_payout WHERE funding = 'reserved' GROUP BY partner_id, currency) AS payouts
      USING (holder, currency)
 WHERE coalesce(account.available, 0) <> coalesce(payouts.amount, 0)
