-- Counts one attempt and says whether it may be made. The row is closed with the attempt that reaches the limit, before
-- anybody knows whether it is right: however many are made at once, no more than the limit are looked at.
-- What was counted longer ago than %(seconds)s is forgotten, and so is a closing that is over.
INSERT INTO users_attempts AS known (id, kind, digest, count, since, closed_until)
VALUES (%(id)s, %(kind)s, %(digest)s, 1, now(), NULL)
ON CONFLICT (kind, digest) DO UPDATE SET
    (count, since, closed_until) = (
        SELECT
            CASE WHEN goes_on THEN known.count + 1 ELSE 1 END,
            CASE WHEN goes_on THEN known.since ELSE now() END,
            CASE
                WHEN known.closed_until > now() THEN known.closed_until
                WHEN goes_on AND known.count + 1 >= %(limit)s THEN now() + make_interval(secs => %(seconds)s)
            END
        FROM (
            SELECT CASE
                WHEN known.closed_until IS NULL THEN known.since > now() - make_interval(secs => %(seconds)s)
                ELSE known.closed_until > now()
            END AS goes_on
        ) AS clock
    )
RETURNING id, count, closed_until
