-- Versions are facts: what was known, and when. A correction is the next version, never a change of this one.

CREATE FUNCTION recipients_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
