-- The journals of each payout leave exactly its amount where its funding says, and nothing anywhere else
SELECT audit_public_id('po', payout.id) AS payout, payout.rail, payout.status, payout.funding, payout.amount, books.reserved, books.clearing
  FROM payouts_payout AS payout
  LEFT JOIN (SELECT entry.subject,
                    -coalesce(sum(entry.amount) FILTER (WHERE account.kind = 'reserved'), 0) AS reserved,
                    -coalesce(sum(entry.amount) FILTER (WHERE account.kind = 'clearing'), 0) AS clearing
               FROM ledger_entry AS entry JOIN ledger_account AS account ON account.id = entry.account_id
              WHERE entry.subject LIKE 'po\_%'
              GROUP BY entry.subject) AS books ON books.subject = audit_public_id('po', payout.id)
  LEFT JOIN (SELECT conflict.payout_id, sum(conflict.amount) AS amount
               FROM payouts_conflict AS conflict
               LEFT JOIN reconciliation_match AS match
                      ON match.conflict_id = conflict.id AND match.kind = 'extra' AND match.undone_at IS NULL
              WHERE conflict.outcome = 'paid_after_all' AND match.id IS NULL
              GROUP BY conflict.payout_id) AS charged ON charged.payout_id = payout.id
 WHERE coalesce(books.reserved, 0) <> CASE WHEN payout.funding = 'reserved' THEN payout.amount ELSE 0 END
    OR coalesce(books.clearing, 0)
       <> CASE WHEN payout.funding = 'submitted' OR (payout.status = 'returned' AND payout.returned_from = 'sent')
               THEN payout.amount ELSE 0 END + coalesce(charged.amount, 0)
