-- The journals of each payout leave exactly its amount where its funding says, and nothing anywhere else
SELECT payout.public_id AS payout, payout.rail, payout.status, payout.funding, payout.amount, books.reserved, books.clearing
  FROM payout_by_name AS payout
  LEFT JOIN (SELECT journal.subject,
                    sum(CASE WHEN credit.kind = 'reserved' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'reserved' THEN transfer.amount ELSE 0 END) AS reserved,
                    sum(CASE WHEN credit.kind = 'clearing' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'clearing' THEN transfer.amount ELSE 0 END) AS clearing
               FROM ledger_transfer AS transfer
               JOIN ledger_journal AS journal ON journal.id = transfer.journal_id
               JOIN ledger_account AS debit ON debit.id = transfer.debit_id
               JOIN ledger_account AS credit ON credit.id = transfer.credit_id
              WHERE journal.subject LIKE 'po\_%'
              GROUP BY journal.subject) AS books ON books.subject = payout.public_id
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
