-- A live match has moved its amount through the bank account, an undone match has moved nothing on balance
-- OFFSET 0 keeps the name of a match from being made twice, to find its journal and to compare with it.
SELECT match.kind, match.id, match.amount, match.undone_at, books.amount AS in_ledger
  FROM (SELECT id, kind, amount, undone_at, audit_public_id('mat', id) AS name
          FROM reconciliation_match OFFSET 0) AS match
  LEFT JOIN (SELECT reference, sum(abs(amount)) AS amount
               FROM (SELECT posted.id, posted.reference,
                            sum(CASE WHEN debit.kind = 'bank' THEN transfer.amount ELSE 0 END
                                - CASE WHEN credit.kind = 'bank' THEN transfer.amount ELSE 0 END) AS amount
                       FROM ledger_journal AS posted
                       JOIN ledger_transfer AS transfer ON transfer.journal_id = posted.id
                       JOIN ledger_account AS debit ON debit.id = transfer.debit_id
                       JOIN ledger_account AS credit ON credit.id = transfer.credit_id
                      WHERE posted.reference LIKE 'mat\_%' AND posted.reverses_id IS NULL
                        AND NOT EXISTS (SELECT FROM ledger_journal AS contra WHERE contra.reverses_id = posted.id)
                      GROUP BY posted.id) AS moved
              GROUP BY reference) AS books ON books.reference = match.name
 WHERE coalesce(books.amount, 0) <> CASE WHEN match.undone_at IS NULL THEN match.amount ELSE 0 END
