-- What people add to a review stays as it was added; what a platform was asked is answered once.

CREATE TRIGGER compliance_reviewnote_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_reviewnote
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();

CREATE FUNCTION compliance_guard_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
       AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER compliance_reviewattachment_keep BEFORE UPDATE OR DELETE ON compliance_reviewattachment
    FOR EACH ROW EXECUTE FUNCTION compliance_guard_attachment();
CREATE TRIGGER compliance_reviewattachment_kept BEFORE TRUNCATE ON compliance_reviewattachment
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();

CREATE TRIGGER compliance_informationrequest_keep BEFORE DELETE OR TRUNCATE ON compliance_informationrequest
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_informationrequest_once BEFORE UPDATE ON compliance_informationrequest
    FOR EACH ROW WHEN (OLD.status <> 'open'
        OR (NEW.id, NEW.partner_id, NEW.recipient_id, NEW.review_id, NEW.question, NEW.asked_by_id, NEW.asked_at, NEW.due_at)
            IS DISTINCT FROM
           (OLD.id, OLD.partner_id, OLD.recipient_id, OLD.review_id, OLD.question, OLD.asked_by_id, OLD.asked_at, OLD.due_at))
    EXECUTE FUNCTION compliance_refuse_change();
