-- The events of a subject are numbered from 1 without gaps
SELECT subject, count(*) AS events, min(sequence) AS first, max(sequence) AS last
  FROM events_event GROUP BY subject HAVING min(sequence) <> 1 OR max(sequence) <> count(*)
