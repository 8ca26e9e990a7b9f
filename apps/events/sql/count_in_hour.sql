-- Counts one deed, or refusal, of somebody in this hour, and gives the row by which it is told.
INSERT INTO events_hourlycount AS known (id, actor_id, action, hour, count)
VALUES (%(id)s, %(actor_id)s, %(action)s, date_trunc('hour', clock_timestamp()), 1)
ON CONFLICT (actor_id, action, hour) DO UPDATE SET count = known.count + 1
RETURNING id, count
