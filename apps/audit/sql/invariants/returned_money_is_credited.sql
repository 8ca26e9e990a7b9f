-- Money that came back does not stay behind: it is on the partner's balance
SELECT holder, currency, available FROM ledger_account WHERE kind = 'returned' AND available <> 0
