-- Put the messages of a range of one partner's events into the outbox once more: a chunk of them, in the order of the events.
--
-- A message that was never made, because the endpoint was disabled or not there, is made now. What is on its way stays
-- as it is: it is left out before its row is locked, so that this never waits for a dispatcher, and if another one has
-- asked for it meanwhile, the condition of the update leaves it out too. `events` is read first, from the id at which its
-- time begins, so a chunk is as much work as it has events and endpoints.
--
-- `next_at` rises with the events, so that they leave in their order as far as their endpoint answers.
WITH events AS MATERIALIZED (
    SELECT event.id, event.type, event.subject, event.sequence
      FROM events_event event
     WHERE event.partner_id = %(partner)s
       AND event.id > %(after)s
       AND event.id >= (SELECT CASE WHEN %(since)s::timestamptz IS NULL THEN 0
                             ELSE events_first_id(%(since)s::timestamptz - interval '10 minutes') END)
       AND event.id <= %(through)s
       AND (%(since)s::timestamptz IS NULL OR event.created_at >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR event.created_at < %(until)s)
       AND (%(types)s::varchar[] = '{}' OR event.type = ANY(%(types)s::varchar[]))
     ORDER BY event.id
     LIMIT %(most)s
), wanted AS (
    SELECT events.*, endpoint.id AS endpoint_id, row_number() OVER (ORDER BY events.id, endpoint.id) AS place
      FROM events
      JOIN events_endpoint endpoint ON endpoint.id = ANY(%(endpoints)s::uuid[])
      LEFT JOIN events_delivery known ON known.event_id = events.id AND known.endpoint_id = endpoint.id
     WHERE CASE WHEN known.id IS NULL THEN endpoint.event_types && ARRAY['*', events.type]::varchar[]
                ELSE known.status <> 'pending' AND (known.status <> 'delivered' OR NOT %(only_undelivered)s) END
), again AS (
    INSERT INTO events_delivery AS delivery
           (id, event_id, endpoint_id, subject, sequence, status, attempts, next_at, resent_at, last_error, created_at)
    SELECT events_uuid7(), id, endpoint_id, subject, sequence, 'pending', 0,
           statement_timestamp() + place * interval '1 microsecond', statement_timestamp(), '', clock_timestamp()
      FROM wanted
     ORDER BY place
        ON CONFLICT (event_id, endpoint_id) DO UPDATE
       SET status = 'pending', attempts = 0, lease_until = NULL,
           next_at = excluded.next_at, resent_at = excluded.resent_at
     WHERE delivery.status <> 'pending'
    RETURNING endpoint_id
)
SELECT (SELECT count(*) FROM events),
       (SELECT max(id) FROM events),
       (SELECT coalesce(json_object_agg(endpoint_id, count), '{}')
          FROM (SELECT endpoint_id, count(*) FROM again GROUP BY endpoint_id) AS counted)
