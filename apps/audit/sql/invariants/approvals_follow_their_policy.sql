-- A request asks for as many people as the policy it was opened with says of its amount and what counts beside it
-- The bands of each policy are laid out once: a band takes the amounts that those before it leave.
SELECT request.id, request.subject, request.required, request.amount, request.amount_before, request.policy
  FROM approvals_request AS request
  LEFT JOIN (SELECT known.bands, (band.value ->> 'approvals')::integer AS approvals,
                    (band.value ->> 'up_to')::bigint AS up_to,
                    max(coalesce((band.value ->> 'up_to')::bigint, 9223372036854775807)) OVER before AS above
               FROM (SELECT DISTINCT policy -> 'bands' AS bands FROM approvals_request) AS known
              CROSS JOIN jsonb_array_elements(known.bands) WITH ORDINALITY AS band (value, place)
             WINDOW before AS (PARTITION BY known.bands ORDER BY band.place
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS band
         ON band.bands = request.policy -> 'bands'
        AND (band.above IS NULL OR request.amount + request.amount_before > band.above)
        AND (band.up_to IS NULL OR request.amount + request.amount_before <= band.up_to)
 WHERE request.required IS DISTINCT FROM band.approvals
