-- Put the events just recorded into the outbox of every endpoint of their partner that wants to hear of them; with
-- `only`, of that one endpoint, whatever it wants to hear of.
--
-- An event whose subject has an earlier one waiting for a retry becomes due with that one, not before: it could not
-- be sent anyway, and would only be looked at over and over.

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
  FROM events_event event
  JOIN events_endpoint endpoint
    ON endpoint.partner_id = event.partner_id
   AND endpoint.status = 'active'
   AND CASE WHEN %(only)s::uuid IS NULL THEN endpoint.event_types && ARRAY['*', event.type]::varchar[]
            ELSE endpoint.id = %(only)s::uuid END
 WHERE event.uid = ANY(%(uids)s::uuid[])
 ORDER BY event.id
