-- Write down what came of attempts: the delivery, the log, and the time of what waits behind it.
--
-- `attempt` guards against a dispatcher that was away longer than its lease: it may still report that the message
-- arrived, but not put off a delivery that somebody else has in hand since. `retry_seconds` is empty when no attempt
-- is left.

WITH answer AS (
    SELECT *
      FROM unnest(%(delivery_ids)s::uuid[], %(attempts)s::int[], %(outcomes)s::text[], %(retry_seconds)s::float[],
                  %(status_codes)s::int[], %(errors)s::text[], %(bodies)s::text[], %(urls)s::text[],
                  %(headers)s::jsonb[], %(started)s::timestamptz[], %(durations)s::int[])
        AS answer (delivery_id, attempt, outcome, retry_seconds, status_code, error, body, url, headers, started_at,
                   duration_ms)
), finished AS (
    UPDATE events_delivery delivery
       SET status = CASE answer.outcome WHEN 'retry' THEN 'pending' ELSE answer.outcome END,
           next_at = CASE answer.outcome
                         WHEN 'retry' THEN clock_timestamp() + make_interval(secs => answer.retry_seconds)
                         ELSE delivery.next_at END,
           lease_until = NULL,
           last_status_code = answer.status_code,
           last_error = answer.error,
           delivered_at = CASE answer.outcome WHEN 'delivered' THEN clock_timestamp() ELSE delivery.delivered_at END
      FROM answer
     WHERE delivery.id = answer.delivery_id
       AND CASE answer.outcome
               WHEN 'delivered' THEN delivery.status <> 'delivered'
               ELSE delivery.status = 'pending' AND delivery.attempts = answer.attempt END
    RETURNING delivery.*
), postponed AS (
    UPDATE events_delivery later
       SET next_at = finished.next_at
      FROM finished
     WHERE finished.status = 'pending'
       AND finished.resent_at IS NULL
       AND later.endpoint_id = finished.endpoint_id
       AND later.subject = finished.subject
       AND later.sequence > finished.sequence
       AND later.status = 'pending'
       AND later.resent_at IS NULL
       AND later.next_at < finished.next_at
)
INSERT INTO events_deliveryattempt
    (delivery_id, number, url, request_headers, status_code, error, response_body, started_at, duration_ms)
SELECT delivery_id, attempt, url, headers, status_code, error, body, started_at, duration_ms
  FROM answer
ON CONFLICT (delivery_id, started_at) DO NOTHING
