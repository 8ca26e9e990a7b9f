-- Count one request of a key in its present minute, or begin the next. Whoever comes at the same moment waits for the row.

INSERT INTO api_requestwindow AS known (key_id, began_at, count)
VALUES (%(key)s, clock_timestamp(), 1)
    ON CONFLICT (key_id) DO UPDATE
       SET count = CASE WHEN known.began_at + make_interval(secs => %(seconds)s) <= excluded.began_at THEN 1
                        ELSE known.count + 1 END,
           began_at = CASE WHEN known.began_at + make_interval(secs => %(seconds)s) <= excluded.began_at
                           THEN excluded.began_at ELSE known.began_at END
RETURNING count, ceil(extract(epoch FROM began_at + make_interval(secs => %(seconds)s) - clock_timestamp()))::int
