-- How many approvals payouts would have needed: the newest ones of a platform (or of all that have no policy of their
-- own) in one currency, since a moment. The bands come as two arrays: the first amount of each band but the lowest, and
-- how many people each band asks for. An amount counts with the parts before it. Only the newest are looked at, so that any number of payouts takes the same time.

WITH recent AS MATERIALIZED (
    SELECT amount + amount_before AS amount, required, status
      FROM approvals_request
     WHERE id >= %(since)s
       AND currency = %(currency)s
       AND (%(partner)s::uuid IS NULL OR partner_id = %(partner)s)
       AND partner_id <> ALL (%(others)s::uuid[])
     ORDER BY id DESC
     LIMIT %(most)s
)
SELECT (%(approvals)s::int[])[1 + width_bucket(amount, %(above)s::bigint[])] AS needed,
       count(*) AS count,
       count(*) FILTER (WHERE required <> (%(approvals)s::int[])[1 + width_bucket(amount, %(above)s::bigint[])]) AS changed,
       count(*) FILTER (WHERE status = 'open') AS waiting,
       count(*) FILTER (WHERE status = 'open'
                          AND required <> (%(approvals)s::int[])[1 + width_bucket(amount, %(above)s::bigint[])])
           AS waiting_changed
  FROM recent
 GROUP BY needed
 ORDER BY needed
