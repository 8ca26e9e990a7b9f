-- Every event of a platform is in the outbox of each of its endpoints that wants to hear of it
-- A ping and a heartbeat are for one endpoint alone.
-- What was recorded within a minute of a change to the endpoint may have been recorded before the change was there.
SELECT event.subject, event.sequence, event.type, endpoint.id AS endpoint
  FROM events_endpoint AS endpoint
  JOIN events_event AS event
    ON event.partner_id = endpoint.partner_id
   AND endpoint.event_types && ARRAY['*', event.type]::varchar[]
   AND event.type NOT IN ('webhook_endpoint.pinged', 'webhook_endpoint.heartbeat')
   AND event.created_at > endpoint.updated_at + interval '1 minute'
  LEFT JOIN events_delivery AS delivery ON delivery.event_id = event.id AND delivery.endpoint_id = endpoint.id
 WHERE endpoint.status = 'active' AND delivery.id IS NULL
