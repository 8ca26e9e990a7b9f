-- Versions are facts: what was known, and when. A correction is the next version, never a change of this one.

CREATE FUNCTION recipients_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF TG_TABLE_NAME = 'recipients_payoutmethodversion' AND TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'account_ciphertext' = to_jsonb(OLD) - 'account_ciphertext' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER recipients_recipientversion_stays BEFORE UPDATE OR DELETE ON recipients_recipientversion
    FOR EACH ROW EXECUTE FUNCTION recipients_refuse_change();
CREATE TRIGGER recipients_recipientversion_kept BEFORE TRUNCATE ON recipients_recipientversion
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_refuse_change();
CREATE TRIGGER recipients_payoutmethodversion_stays BEFORE UPDATE OR DELETE ON recipients_payoutmethodversion
    FOR EACH ROW EXECUTE FUNCTION recipients_refuse_change();
CREATE TRIGGER recipients_payoutmethodversion_kept BEFORE TRUNCATE ON recipients_payoutmethodversion
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_refuse_change();
