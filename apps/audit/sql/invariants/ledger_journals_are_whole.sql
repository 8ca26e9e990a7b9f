-- Every journal has its transfers, numbered from 1
SELECT journal.id, journal.moment, journal.reference, count(transfer.id) AS transfers, max(transfer.leg) AS last_leg
  FROM ledger_journal AS journal LEFT JOIN ledger_transfer AS transfer ON transfer.journal_id = journal.id
 GROUP BY journal.id
HAVING count(transfer.id) = 0 OR min(transfer.leg) <> 1 OR max(transfer.leg) <> count(transfer.id)
