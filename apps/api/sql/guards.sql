-- A key names one request for ever, so its row is never changed or taken away, by whatever role.

CREATE FUNCTION api_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER api_idempotencykey_append_only BEFORE UPDATE OR DELETE ON api_idempotencykey
    FOR EACH ROW EXECUTE FUNCTION api_refuse_change();
CREATE TRIGGER api_idempotencykey_keep BEFORE TRUNCATE ON api_idempotencykey
    FOR EACH STATEMENT EXECUTE FUNCTION api_refuse_change();
