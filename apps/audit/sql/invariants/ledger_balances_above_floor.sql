-- No balance is below its floor
SELECT kind, holder, currency, available, min_available FROM ledger_account WHERE available < min_available
