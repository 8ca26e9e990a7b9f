-- A live match has moved its amount through the bank account, an undone match has moved nothing on balance
SELECT match.kind, match.id, match.amount, match.undone_at, books.amount AS in_ledger
  FROM reconciliation_match AS match
  LEFT JOIN (SELECT posted.reference, sum(abs(moved.amount)) AS amount
               FROM ledger_journal AS posted
               JOIN (SELECT entry.journal_id, sum(entry.amount) AS amount
                       FROM ledger_entry AS entry JOIN ledger_account AS account ON account.id = entry.account_id
                      WHERE account.kind = 'bank' GROUP BY entry.journal_id) AS moved ON moved.journal_id = posted.id
              WHERE NOT EXISTS (SELECT FROM ledger_journal AS contra WHERE contra.reverses_id = posted.id)
                AND posted.reverses_id IS NULL
                AND posted.reference LIKE 'mat\_%'
              GROUP BY posted.reference) AS books ON books.reference = audit_public_id('mat', match.id)
 WHERE coalesce(books.amount, 0) <> CASE WHEN match.undone_at IS NULL THEN match.amount ELSE 0 END
