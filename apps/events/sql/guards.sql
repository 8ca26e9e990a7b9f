-- Events and the log of attempts are appended, never changed, by whatever role.

CREATE FUNCTION events_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER events_event_append_only BEFORE UPDATE OR DELETE ON events_event
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER events_event_keep BEFORE TRUNCATE ON events_event
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER events_deliveryattempt_append_only BEFORE UPDATE OR DELETE ON events_deliveryattempt
    FOR EACH ROW EXECUTE FUNCTION events_refuse_change();
CREATE TRIGGER events_deliveryattempt_keep BEFORE TRUNCATE ON events_deliveryattempt
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse_change();


-- Who reads events by their ascending id must not pass one that a slower transaction has yet to commit. So whoever is
-- about to draw ids first shows, by a shared advisory lock that lasts as long as the transaction, the id that was the
-- last one until then: its own will be higher. events_settled_through() stops at the lowest of those.
--
-- The number of the lock: 16 bits that say "events", 48 bits of id. One lock in a transaction is enough, the first is
-- the lowest; the setting remembers that it is held and is rolled back together with it.

CREATE FUNCTION events_show_writer() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    transaction_id text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('events.writer', true) IS DISTINCT FROM transaction_id THEN
        PERFORM pg_advisory_xact_lock_shared(
            (x'4556'::int::bigint << 48) | coalesce(pg_sequence_last_value('events_event_id_seq'), 0));
        PERFORM set_config('events.writer', transaction_id, true);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER events_event_show_writer BEFORE INSERT ON events_event
    FOR EACH STATEMENT EXECUTE FUNCTION events_show_writer();


-- The id up to which no other transaction can still add an event. The two statements have to be in this order and have
-- snapshots of their own: whoever drew an id below `newest` either still shows its lock, or has ended and is visible
-- to the statement that the caller makes next. A transaction sees its own events at once.

CREATE FUNCTION events_settled_through() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    newest bigint;
    oldest_writer bigint;
BEGIN
    SELECT coalesce(max(id), 0) INTO newest FROM events_event;
    SELECT min(((classid::bigint << 32) | objid::bigint) & x'FFFFFFFFFFFF'::bigint) INTO oldest_writer
      FROM pg_locks
     WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = x'4556'::int
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid <> pg_backend_pid();
    RETURN least(newest, coalesce(oldest_writer, newest));
END
$$;


-- A UUIDv7 (RFC 9562) as apps.core.ids.uuid7 makes it, for rows that a statement makes by itself: the random bits of a
-- version 4 UUID, its first 48 bits replaced by milliseconds, its version changed from 4 to 7.

CREATE FUNCTION events_uuid7() RETURNS uuid
LANGUAGE sql VOLATILE AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                    FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::uuid
$$;
