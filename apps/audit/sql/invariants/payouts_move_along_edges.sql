-- The events of a payout tell a way from its creation along allowed changes of its state
SELECT told.subject, told.sequence, told.came_from, told.status
  FROM (SELECT subject, sequence, status, lag(status, 1, '') OVER (PARTITION BY subject ORDER BY sequence) AS came_from
          FROM events_event WHERE subject LIKE 'po\_%') AS told
  LEFT JOIN payouts_stateedge AS edge ON edge.source = told.came_from AND edge.target = told.status
 WHERE told.came_from <> told.status AND edge.source IS NULL
