-- A key names one request for ever, so its row is never changed or taken away, by whatever role.

CREATE FUNCTION api_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'answer_ciphertext' = to_jsonb(OLD) - 'answer_ciphertext' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER api_idempotencykey_append_only BEFORE UPDATE OR DELETE ON api_idempotencykey
    FOR EACH ROW EXECUTE FUNCTION api_refuse_change();
CREATE TRIGGER api_idempotencykey_keep BEFORE TRUNCATE ON api_idempotencykey
    FOR EACH STATEMENT EXECUTE FUNCTION api_refuse_change();
