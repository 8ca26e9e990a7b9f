-- A payout is paid if and only if statement lines of exactly its amount are matched to it, and returned likewise
SELECT payout.id, payout.rail, payout.status, payout.returned_from, payout.net, found.debits, found.credits
  FROM payouts_payout AS payout
  LEFT JOIN (SELECT payout_id, sum(amount) FILTER (WHERE kind IN ('payout', 'batch')) AS debits,
                    sum(amount) FILTER (WHERE kind = 'return') AS credits
               FROM reconciliation_match
              WHERE undone_at IS NULL AND kind IN ('payout', 'batch', 'return')
              GROUP BY payout_id) AS found ON found.payout_id = payout.id
 WHERE coalesce(found.debits, 0)
           <> CASE WHEN payout.status = 'paid' OR (payout.status = 'returned' AND payout.returned_from = 'paid')
                   THEN payout.net ELSE 0 END
    OR coalesce(found.credits, 0) <> CASE payout.status WHEN 'returned' THEN payout.net ELSE 0 END
