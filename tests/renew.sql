-- Empty every table that is empty in the template, whatever forbids it, and let its numbers begin anew.
SET session_replication_role = replica;
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    FOR name IN
        SELECT relname FROM pg_class
         WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
           AND relname <> ALL ('{django_content_type,auth_permission,django_migrations,payouts_stateedge}')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename), start_value, false)
       FROM pg_sequences
      WHERE last_value IS NOT NULL AND sequencename <> ALL ('{django_content_type_id_seq,auth_permission_id_seq,django_migrations_id_seq}');
END $$;
