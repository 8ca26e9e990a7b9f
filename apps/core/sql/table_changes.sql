-- Which state a table is in that people change seldom: a number that nobody ever had before, new with every change. A table
-- without a row has been empty since it was watched.
--
-- Whoever knows what a table held in one state knows what it holds as long as it is in that state, also when a change is
-- undone or the database is restored. Changes of one table wait for each other until they are committed, so what is read
-- after a number was is never older than it.

CREATE TABLE core_tablechange (
    name text PRIMARY KEY,
    state uuid NOT NULL
);

CREATE FUNCTION core_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO core_tablechange (name, state) VALUES (TG_TABLE_NAME, gen_random_uuid())
        ON CONFLICT (name) DO UPDATE SET state = excluded.state;
    RETURN NULL;
END
$$;

CREATE PROCEDURE core_watch_table(watched text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION core_note_change()', watched || '_note_change', watched);
    EXECUTE format('INSERT INTO core_tablechange SELECT %L, gen_random_uuid() WHERE EXISTS (SELECT FROM %I)',
                   watched, watched);
END
$$;
