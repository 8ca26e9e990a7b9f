-- Payouts by the names under which events and ledger know them. Invariants that say `payout_by_name` read this; when all
-- are checked at once, the names are made once for all of them.
SELECT id, audit_public_id('po', id) AS public_id, rail, status, funding, amount, fee, total, net, returned_from,
       fee > 0 AND (fee_terms ->> 'refunded_on_return')::boolean AS gives_fee_back FROM payouts_payout
