-- A payout is paid if and only if a statement line is matched to it, and returned likewise
SELECT payout.id, payout.rail, payout.status, payout.returned_from, count(match.id) FILTER (WHERE match.kind IN ('payout', 'batch')) AS debits,
       count(match.id) FILTER (WHERE match.kind = 'return') AS credits
  FROM payouts_payout AS payout
  LEFT JOIN reconciliation_match AS match ON match.payout_id = payout.id AND match.undone_at IS NULL
 GROUP BY payout.id
HAVING count(match.id) FILTER (WHERE match.kind IN ('payout', 'batch'))
           <> CASE WHEN payout.status = 'paid' OR (payout.status = 'returned' AND payout.returned_from = 'paid')
                   THEN 1 ELSE 0 END
    OR count(match.id) FILTER (WHERE match.kind = 'return') <> CASE payout.status WHEN 'returned' THEN 1 ELSE 0 END
    OR coalesce(bool_or(match.amount <> payout.net) FILTER (WHERE match.kind IN ('payout', 'batch', 'return')), false)
