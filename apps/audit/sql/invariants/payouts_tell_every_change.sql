-- The status of a payout is the one its last event tells
SELECT payout.id, payout.rail, payout.status, last.type AS last_event, last.status AS status_told
  FROM payout_by_name AS payout
  LEFT JOIN (SELECT DISTINCT ON (subject) subject, type, status
               FROM events_event WHERE subject LIKE 'po\_%' ORDER BY subject DESC, sequence DESC) AS last
         ON last.subject = payout.public_id
 WHERE last.status IS DISTINCT FROM payout.status
