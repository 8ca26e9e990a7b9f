-- The lowest id of an event that was written at a moment or later, found by halving: ids and times rise together, but
-- for events that were written at once, so whoever bounds by it leaves some minutes and compares the times as well.
CREATE FUNCTION events_first_id(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    low bigint;
    high bigint;
    found record;
BEGIN
    SELECT coalesce(min(id), 0), coalesce(max(id), 0) + 1 INTO low, high FROM events_event;
    WHILE low < high LOOP
        SELECT id, created_at INTO found FROM events_event WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1;
        IF found.id IS NULL OR found.created_at >= moment THEN
            high := (low + high) / 2;
        ELSE
            low := found.id + 1;
        END IF;
    END LOOP;
    RETURN low;
END
$$;
