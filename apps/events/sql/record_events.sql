-- Append one event per fact, in the order of the facts; each continues the sequence of its subject. Then put them into the
-- outbox of every endpoint of their partner that wants to hear of them; with `only`, of that one endpoint, whatever it
-- wants to hear of.
--
-- The caller holds the lock of every subject's row, so nobody else counts at the same time; should that ever be
-- forgotten, the unique constraint on (subject, sequence) refuses the second.
--
-- An event whose subject has an earlier one waiting for a retry becomes due with that one, not before: it could not
-- be sent anyway, and would only be looked at over and over.

WITH event AS (
    INSERT INTO events_event
        (uid, type, subject, sequence, partner_id, actor_kind, actor_id, actor_label, data, changes, created_at)
    SELECT fact.uid,
           %(type)s,
           fact.subject,
           coalesce((SELECT max(sequence) FROM events_event known WHERE known.subject = fact.subject), 0)
               + row_number() OVER (PARTITION BY fact.subject ORDER BY fact.position),
           fact.partner_id,
           %(actor_kind)s,
           %(actor_id)s,
           %(actor_label)s,
           fact.data,
           fact.changes,
           clock_timestamp()
      FROM ROWS FROM (
               json_to_recordset(%(facts)s)
                   AS (uid uuid, subject text, partner_id uuid, data jsonb, changes jsonb)
           ) WITH ORDINALITY AS fact (uid, subject, partner_id, data, changes, position)
     ORDER BY fact.position
    RETURNING id, type, subject, sequence, partner_id
)
INSERT INTO events_delivery (id, event_id, endpoint_id, subject, sequence, status, attempts, next_at, last_error, created_at)
SELECT events_uuid7(),
       event.id,
       endpoint.id,
       event.subject,
       event.sequence,
       'pending',
       0,
       greatest(clock_timestamp(), (SELECT earlier.next_at
                                      FROM events_delivery earlier
                                     WHERE earlier.endpoint_id = endpoint.id
                                       AND earlier.subject = event.subject
                                       AND earlier.status = 'pending'
                                       AND earlier.resent_at IS NULL
                                     ORDER BY earlier.sequence DESC
                                     LIMIT 1)),
       '',
       clock_timestamp()
  FROM event
  JOIN events_endpoint endpoint
    ON endpoint.partner_id = event.partner_id
   AND endpoint.status = 'active'
   AND CASE WHEN %(only)s::uuid IS NULL THEN endpoint.event_types && ARRAY['*', event.type]::varchar[]
            ELSE endpoint.id = %(only)s::uuid END
 ORDER BY event.id
