-- A conflict is told when it opens, ends only as two people have decided, and stops its bank account if money may be gone
-- The job that stops comes right after; a minute or a few may pass while no worker runs.
SELECT conflict.id, payout.rail, payout.id AS payout, conflict.kind, conflict.outcome, told.times AS told,
       decided.verdict, conflict.stop_id AS stop
  FROM payouts_conflict AS conflict
  JOIN payouts_payout AS payout ON payout.id = conflict.payout_id
  LEFT JOIN payouts_resolution AS decided ON decided.conflict_id = conflict.id AND decided.status = 'confirmed'
  LEFT JOIN (SELECT subject, count(*) AS times FROM events_event
              WHERE type = 'payout.conflict_opened' GROUP BY subject) AS told
         ON told.subject = audit_public_id('po', payout.id)
  LEFT JOIN (SELECT payout_id, count(*) AS times FROM payouts_conflict GROUP BY payout_id) AS opened
         ON opened.payout_id = payout.id
 WHERE conflict.outcome <> coalesce(decided.verdict, '')
    OR told.times IS DISTINCT FROM opened.times
    OR (conflict.closed_at IS NULL AND conflict.kind IN ('money_left', 'paid_twice') AND conflict.stop_id IS NULL
        AND conflict.opened_at < now() - interval '5 minutes')
UNION ALL
SELECT NULL, NULL, NULL, event.subject, 'told, and there is no conflict', count(*), NULL, NULL
  FROM events_event AS event
  LEFT JOIN (SELECT DISTINCT audit_public_id('po', payout_id) AS subject FROM payouts_conflict) AS known
         ON known.subject = event.subject
 WHERE event.type = 'payout.conflict_opened' AND known.subject IS NULL
 GROUP BY event.subject
