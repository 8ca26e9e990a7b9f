-- Funding fits the status: what has ended holds no money, what is with the bank is in clearing
SELECT id, rail, status, funding, amount, currency
  FROM payouts_payout
 WHERE CASE
           WHEN status IN ('in_review', 'awaiting_approval') THEN funding NOT IN ('none', 'reserved')
           WHEN status = 'awaiting_funds' THEN funding <> 'none'
           WHEN status = 'scheduled' THEN funding <> 'reserved'
           WHEN status IN ('submitting', 'in_doubt', 'sent') THEN funding <> 'submitted'
           WHEN status = 'paid' THEN funding <> 'settled'
           WHEN status = 'returned' THEN funding <> 'returned'
           ELSE funding NOT IN ('none', 'released')
       END
