-- The status of a payout is the one its last event tells
SELECT payout.id, payout.rail, payout.status, last.type AS last_event, last.data ->> 'status' AS status_told
  FROM payouts_payout AS payout
  LEFT JOIN (SELECT DISTINCT ON (subject) subject, type, data
               FROM events_event WHERE subject LIKE 'po\_%' ORDER BY subject, sequence DESC) AS last
         ON last.subject = audit_public_id('po', payout.id)
 WHERE last.data ->> 'status' IS DISTINCT FROM payout.status
