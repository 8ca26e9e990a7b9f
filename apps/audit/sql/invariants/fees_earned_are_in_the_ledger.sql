-- Fee income is the fees of all payouts whose debit a line shows, less those that were given back with a return
SELECT currency, account.available AS in_ledger, payouts.fees AS in_payouts
  FROM (SELECT currency, available FROM ledger_account WHERE kind = 'fee_income') AS account
  FULL JOIN (SELECT currency,
                    sum(CASE WHEN status = 'paid' OR returned_from = 'paid' THEN fee ELSE 0 END
                        - CASE WHEN status = 'returned' AND (fee_terms ->> 'refunded_on_return')::boolean
                               THEN fee ELSE 0 END) AS fees
               FROM payouts_payout WHERE fee > 0 AND status IN ('paid', 'returned')
              GROUP BY currency) AS payouts
      USING (currency)
 WHERE coalesce(account.available, 0) <> coalesce(payouts.fees, 0)
