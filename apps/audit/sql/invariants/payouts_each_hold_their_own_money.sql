-- The journals of each payout leave exactly its money where its funding says, its fee where it belongs, and nothing else
-- A fee is pending while a debit is awaited, earned once a line shows it, and given back with a return if its terms say so.
SELECT payout.public_id AS payout, payout.rail, payout.status, payout.funding, payout.total, payout.net, payout.fee,
       books.reserved, books.clearing, books.pending, books.earned
  FROM payout_by_name AS payout
  LEFT JOIN (SELECT journal.subject,
                    sum(CASE WHEN credit.kind = 'reserved' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'reserved' THEN transfer.amount ELSE 0 END) AS reserved,
                    sum(CASE WHEN credit.kind = 'clearing' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'clearing' THEN transfer.amount ELSE 0 END) AS clearing,
                    sum(CASE WHEN credit.kind = 'fee_pending' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'fee_pending' THEN transfer.amount ELSE 0 END) AS pending,
                    sum(CASE WHEN credit.kind = 'fee_income' THEN transfer.amount ELSE 0 END
                        - CASE WHEN debit.kind = 'fee_income' THEN transfer.amount ELSE 0 END) AS earned
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
 WHERE coalesce(books.reserved, 0) <> CASE WHEN payout.funding = 'reserved' THEN payout.total ELSE 0 END
    OR coalesce(books.clearing, 0)
       <> CASE WHEN payout.funding = 'submitted' OR (payout.status = 'returned' AND payout.returned_from = 'sent')
               THEN payout.net ELSE 0 END + coalesce(charged.amount, 0)
    OR coalesce(books.pending, 0)
       <> CASE WHEN payout.funding = 'submitted' OR (payout.status = 'returned' AND payout.returned_from = 'sent')
               THEN payout.fee ELSE 0 END
    OR coalesce(books.earned, 0)
       <> CASE WHEN payout.status = 'paid' OR (payout.status = 'returned' AND payout.returned_from = 'paid')
               THEN payout.fee ELSE 0 END
          - CASE WHEN payout.status = 'returned' AND payout.gives_fee_back THEN payout.fee ELSE 0 END
