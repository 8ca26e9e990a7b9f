-- What a plan comes to per currency, and the digest of its rows in their order.

WITH row AS (
    SELECT *, faults = '[]' AND repeats = '[]' AS is_valid FROM payouts_planrow WHERE plan_id = %(plan)s
)
SELECT coalesce((SELECT jsonb_object_agg(sums.currency, to_jsonb(sums) - 'currency')
                   FROM (SELECT currency,
                                count(*) AS rows,
                                count(*) FILTER (WHERE is_valid) AS valid,
                                coalesce(sum(amount) FILTER (WHERE is_valid), 0) AS amount,
                                coalesce(sum((answer ->> 'fee')::bigint) FILTER (WHERE is_valid), 0) AS fees,
                                coalesce(sum(coalesce((answer ->> 'total')::bigint, amount)) FILTER (WHERE is_valid), 0)
                                    AS total,
                                count(*) FILTER (WHERE is_valid AND answer ->> 'screening' = 'review') AS reviews,
                                count(*) FILTER (WHERE is_valid AND (answer ->> 'approvals')::int > 0) AS approvals,
                                count(*) FILTER (WHERE is_valid AND (twins > 0 OR answer -> 'duplicates' <> '[]'))
                                    AS duplicates
                           FROM row
                          WHERE currency <> ''
                          GROUP BY currency) AS sums), '{}') AS totals,
       (SELECT count(*) FROM row) AS rows,
       (SELECT count(*) FROM row WHERE is_valid) AS valid,
       (SELECT sha256(coalesce(string_agg(digest, ''::bytea ORDER BY number), ''::bytea)) FROM row) AS digest
