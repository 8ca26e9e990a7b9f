-- What must stay true of bank accounts, payment files and status reports, whoever writes to the tables.

-- A file moves along these edges only. It begins open; what identifies it never changes; what was sealed never changes;
-- it is never deleted.
CREATE FUNCTION rails_guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payment file % may not be deleted', OLD.message_id USING ERRCODE = 'restrict_violation';
    END IF;

    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a payment file begins open, not %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;

    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('open', 'sealed'),
        ('sealed', 'handing_over'),
        ('handing_over', 'handed_over'),
        ('handed_over', 'accepted'),
        ('handed_over', 'partly_accepted'),
        ('handed_over', 'rejected'),
        ('accepted', 'partly_accepted'),
        ('accepted', 'rejected'),
        ('partly_accepted', 'rejected')
    ) THEN
        RAISE EXCEPTION 'payment file %: % does not lead to %', OLD.message_id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;

    IF (NEW.id, NEW.bank_account_id, NEW.rail, NEW.message_id, NEW.cut_off_at, NEW.sequence, NEW.currency)
        IS DISTINCT FROM
       (OLD.id, OLD.bank_account_id, OLD.rail, OLD.message_id, OLD.cut_off_at, OLD.sequence, OLD.currency) THEN
        RAISE EXCEPTION 'payment file %: what identifies a file never changes', OLD.message_id
            USING ERRCODE = 'restrict_violation';
    END IF;

    IF OLD.state <> 'open' AND
       (NEW.content, NEW.sha256, NEW.transactions, NEW.control_sum, NEW.file_name, NEW.execute_on, NEW.sealed_at)
        IS DISTINCT FROM
       (OLD.content, OLD.sha256, OLD.transactions, OLD.control_sum, OLD.file_name, OLD.execute_on, OLD.sealed_at) THEN
        RAISE EXCEPTION 'payment file %: what was sealed never changes', OLD.message_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_file BEFORE INSERT OR UPDATE OR DELETE ON rails_paymentfile
    FOR EACH ROW EXECUTE FUNCTION rails_guard_file();


-- A report is kept as it came. Only whether it was applied may be noted, once.
CREATE FUNCTION rails_guard_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'status report % may not be deleted', OLD.file_name USING ERRCODE = 'restrict_violation';
    END IF;
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF OLD.applied_at IS NOT NULL
       OR to_jsonb(NEW) - 'applied_at' - 'content' IS DISTINCT FROM to_jsonb(OLD) - 'applied_at' - 'content'
       OR NEW.content IS DISTINCT FROM OLD.content THEN
        RAISE EXCEPTION 'status report %: only applied_at may be set, once', OLD.file_name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_report BEFORE UPDATE OR DELETE ON rails_statusreport
    FOR EACH ROW EXECUTE FUNCTION rails_guard_report();


CREATE FUNCTION rails_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rails_reportitem
    FOR EACH ROW EXECUTE FUNCTION rails_refuse_change();


-- The account behind a bank account never changes, and its clock only moves forward.
CREATE FUNCTION rails_guard_bank_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'bank account % may not be deleted', OLD.name USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.mode, NEW.currency, NEW.country, NEW.folder, NEW.iban_index)
        IS DISTINCT FROM
       (OLD.id, OLD.mode, OLD.currency, OLD.country, OLD.folder, OLD.iban_index) THEN
        RAISE EXCEPTION 'bank account %: what identifies it never changes', OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.clock_offset_seconds < OLD.clock_offset_seconds THEN
        RAISE EXCEPTION 'bank account %: its clock only moves forward', OLD.name USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_bank_account BEFORE UPDATE OR DELETE ON rails_bankaccount
    FOR EACH ROW EXECUTE FUNCTION rails_guard_bank_account();
