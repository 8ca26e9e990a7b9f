-- Take deliveries in hand: lease what is due, at most so many of each endpoint, and return all that sending needs.
--
-- The head of each subject's line only: an endpoint hears of a subject in order, so nothing is taken while an earlier
-- event of the subject is pending for it. What was asked for again stands outside that line. A lease that ran out
-- (its dispatcher died) counts as none. `endpoints` and `free` say how many more an endpoint may be sent at once;
-- endpoints not named there may have `usual`. Their order is random, so that none is always last.
--
-- The head is asked for by a scalar subquery and not by NOT EXISTS: that may become a join, and on a table that was
-- not analyzed yet the join walks everything pending for the endpoint.

UPDATE events_delivery delivery
   SET lease_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s),
       attempts = delivery.attempts + 1
  FROM (
        SELECT due.id, endpoint.id AS endpoint_id, endpoint.url,
               endpoint.secret_ciphertext,
               CASE WHEN endpoint.previous_secret_until > statement_timestamp()
                    THEN endpoint.previous_secret_ciphertext END AS previous_secret_ciphertext
          FROM (SELECT * FROM events_endpoint WHERE status = 'active' ORDER BY random()) endpoint
          LEFT JOIN unnest(%(endpoints)s::uuid[], %(free)s::int[]) AS known (endpoint_id, free)
            ON known.endpoint_id = endpoint.id
         CROSS JOIN LATERAL (
                SELECT waiting.id
                  FROM events_delivery waiting
                 WHERE waiting.endpoint_id = endpoint.id
                   AND waiting.status = 'pending'
                   AND waiting.next_at <= statement_timestamp()
                   AND (waiting.lease_until IS NULL OR waiting.lease_until < statement_timestamp())
                   AND waiting.sequence <= coalesce((SELECT earlier.sequence
                                                       FROM events_delivery earlier
                                                      WHERE earlier.endpoint_id = waiting.endpoint_id
                                                        AND earlier.subject = waiting.subject
                                                        AND earlier.status = 'pending'
                                                        AND earlier.resent_at IS NULL
                                                      ORDER BY earlier.sequence
                                                      LIMIT 1), waiting.sequence)
                 ORDER BY waiting.next_at
                 LIMIT coalesce(known.free, %(usual)s)
                   FOR UPDATE SKIP LOCKED
               ) due
         LIMIT %(most)s
       ) claimed,
       events_event event
 WHERE delivery.id = claimed.id
   AND event.id = delivery.event_id
RETURNING delivery.id AS delivery_id, delivery.attempts AS attempt, claimed.endpoint_id, claimed.url, claimed.secret_ciphertext,
          claimed.previous_secret_ciphertext, event.uid, event.type, event.subject, event.sequence, event.data,
          event.created_at
