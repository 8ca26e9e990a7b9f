-- Money that did leave by a conflict is charged to whom it names, once and in full; nothing else is charged
SELECT conflict.id, conflict.outcome, conflict.charged_to, conflict.amount, books.kind, books.amount AS in_ledger
  FROM (SELECT * FROM payouts_conflict WHERE outcome = 'paid_after_all') AS conflict
  FULL JOIN (SELECT journal.reference, account.kind, entry.amount
               FROM ledger_journal AS journal
               JOIN ledger_entry AS entry ON entry.journal_id = journal.id
               JOIN ledger_account AS account ON account.id = entry.account_id AND account.kind <> 'clearing'
              WHERE journal.moment = 'payout.charged') AS books
         ON books.reference = audit_public_id('cfl', conflict.id)
 WHERE conflict.id IS NULL
    OR books.kind IS DISTINCT FROM conflict.charged_to
    OR books.amount IS DISTINCT FROM conflict.amount
