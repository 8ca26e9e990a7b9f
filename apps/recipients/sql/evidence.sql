-- Documents stay, and nobody verifies an account that they have entered themselves, whoever writes to the tables.

CREATE FUNCTION recipients_keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF TG_OP = 'UPDATE' AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'documents about recipients are never changed or removed' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER recipients_document_stays BEFORE UPDATE OR DELETE ON recipients_recipientdocument
    FOR EACH ROW EXECUTE FUNCTION recipients_keep_document();
CREATE TRIGGER recipients_document_kept BEFORE TRUNCATE ON recipients_recipientdocument
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_keep_document();

CREATE FUNCTION recipients_guard_verification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.revoked_at IS NOT NULL
           OR EXISTS (SELECT FROM recipients_payoutmethodversion AS version
                        LEFT JOIN recipients_methodchange AS change ON change.version_id = version.id
                       WHERE version.id = NEW.version_id
                         AND (users_same_human(version.created_by_id, NEW.verified_by_id)
                              OR EXISTS (SELECT FROM unnest(change.excluded) AS account (id)
                                          WHERE users_same_human(account.id, NEW.verified_by_id))))
           OR (NEW.document_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM recipients_recipientdocument AS document
                                 JOIN recipients_payoutmethod AS method ON method.recipient_id = document.recipient_id
                                 JOIN recipients_payoutmethodversion AS version ON version.method_id = method.id
                                WHERE document.id = NEW.document_id AND version.id = NEW.version_id))
        THEN
            RAISE EXCEPTION 'an account is verified by somebody who has not entered it, with a document of its recipient'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'verification_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.revoked_at IS NOT NULL
       OR to_jsonb(NEW) - '{revoked_at,revoked_by_id,revoked_reason}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{revoked_at,revoked_by_id,revoked_reason}'::text[]
    THEN
        RAISE EXCEPTION 'a verification is taken back once; nothing else of it changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'verification_guard';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER recipients_verification_guard BEFORE INSERT OR UPDATE ON recipients_methodverification
    FOR EACH ROW EXECUTE FUNCTION recipients_guard_verification();
CREATE TRIGGER recipients_verification_stays BEFORE DELETE OR TRUNCATE ON recipients_methodverification
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_refuse_change();
