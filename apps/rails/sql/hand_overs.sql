-- A file that a person has taken to the bank is not handed over by the portal, and the bank has it by what two people or
-- the bank itself said, whoever writes to the tables.

-- A hand-over begins with a sealed file that nobody is at; it goes from taken to reported to its end, and what it says stays.
CREATE FUNCTION rails_guard_hand_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'taken'
           OR NOT EXISTS (SELECT FROM rails_paymentfile WHERE id = NEW.file_id AND state = 'handing_over' AND lease_until IS NULL)
        THEN
            RAISE EXCEPTION 'a file is taken after it is sealed and before it is handed over'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_guard';
        END IF;
        RETURN NEW;
    END IF;
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'document' = to_jsonb(OLD) - 'document' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF (OLD.status, NEW.status) NOT IN (('taken', 'reported'), ('taken', 'given_back'), ('taken', 'proved'),
                                        ('reported', 'confirmed'), ('reported', 'refused'), ('reported', 'proved'))
       OR (NEW.id, NEW.file_id, NEW.reason, NEW.taken_by_id, NEW.taken_at)
          IS DISTINCT FROM (OLD.id, OLD.file_id, OLD.reason, OLD.taken_by_id, OLD.taken_at)
       OR (OLD.status = 'reported'
           AND (NEW.channel, NEW.bank_reference, NEW.document_name, NEW.content_type, NEW.sha256, NEW.document,
                NEW.reported_by_id, NEW.reported_at)
               IS DISTINCT FROM
               (OLD.channel, OLD.bank_reference, OLD.document_name, OLD.content_type, OLD.sha256, OLD.document,
                OLD.reported_by_id, OLD.reported_at))
    THEN
        RAISE EXCEPTION 'a hand-over is reported, then decided once; nothing else of it changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_guard';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER rails_handover_guard BEFORE INSERT OR UPDATE ON rails_handover
    FOR EACH ROW EXECUTE FUNCTION rails_guard_hand_over();

CREATE FUNCTION rails_keep_hand_overs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hand-overs are never removed' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER rails_handover_stays BEFORE DELETE OR TRUNCATE ON rails_handover
    FOR EACH STATEMENT EXECUTE FUNCTION rails_keep_hand_overs();

-- Nobody leases a file that a person has, and the bank does not have it before that is decided.
CREATE FUNCTION rails_guard_taken_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.lease_until IS NOT NULL OR NEW.state <> 'handing_over')
       AND EXISTS (SELECT FROM rails_handover WHERE file_id = NEW.id AND status IN ('taken', 'reported'))
    THEN
        RAISE EXCEPTION 'payment file %: a person has taken it to the bank', NEW.message_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'file_is_with_a_person';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER guard_taken_file BEFORE UPDATE ON rails_paymentfile
    FOR EACH ROW WHEN (OLD.state = 'handing_over') EXECUTE FUNCTION rails_guard_taken_file();
