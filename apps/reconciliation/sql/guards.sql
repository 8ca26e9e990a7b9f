-- What must never be false of statements, lines and matches, whoever writes to them.
--
-- Statements and closed days are append-only by the rights of the runtime role (apps.py). The triggers below keep what a
-- bank has said from being changed, and a match from covering more than its part of a line.

CREATE FUNCTION reconciliation_refuse_delete() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps what banks have said: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER statementfile_keep BEFORE DELETE ON reconciliation_statementfile
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();
CREATE TRIGGER statementline_keep BEFORE DELETE ON reconciliation_statementline
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();
CREATE TRIGGER linepart_keep BEFORE DELETE ON reconciliation_linepart
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();
CREATE TRIGGER match_keep BEFORE DELETE ON reconciliation_match
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();
CREATE TRIGGER expectation_keep BEFORE DELETE ON reconciliation_expectation
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();

-- A file's bytes stay what they were, and an imported file stays imported.
CREATE FUNCTION reconciliation_guard_file() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- `manage.py reencrypt`: the table's owner may write the same content under another key, and change nothing else.
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        IF to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.sha256 <> OLD.sha256 OR NEW.content <> OLD.content OR OLD.status = 'imported' THEN
        RAISE EXCEPTION 'the file % does not change any more', OLD.file_name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER statementfile_guard BEFORE UPDATE ON reconciliation_statementfile
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_file();

-- Of a line, only its place in the files and its state move; a statement that lists it, once known, stays.
CREATE FUNCTION reconciliation_guard_line() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.bank_account_id, NEW.fingerprint, NEW.occurrence, NEW.status, NEW.sign, NEW.amount, NEW.currency,
        NEW.reversal, NEW.booked_on, NEW.value_on)
       IS DISTINCT FROM
       (OLD.id, OLD.bank_account_id, OLD.fingerprint, OLD.occurrence, OLD.status, OLD.sign, OLD.amount, OLD.currency,
        OLD.reversal, OLD.booked_on, OLD.value_on)
       OR (OLD.statement_id IS NOT NULL AND NEW.statement_id IS DISTINCT FROM OLD.statement_id)
       OR (OLD.notification_id IS NOT NULL AND NEW.notification_id IS DISTINCT FROM OLD.notification_id)
    THEN
        RAISE EXCEPTION 'a statement line stays what the bank said'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER statementline_guard BEFORE UPDATE ON reconciliation_statementline
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_line();

-- Of a part, only whether it is open changes.
CREATE FUNCTION reconciliation_guard_part() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    OLD.is_open := NEW.is_open;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a part of a statement line stays what the bank said'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER linepart_guard BEFORE UPDATE ON reconciliation_linepart
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_part();

-- Of a match, only its end can be written, and once.
CREATE FUNCTION reconciliation_guard_match() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.line_id, NEW.part_id, NEW.kind, NEW.amount, NEW.expectation_id, NEW.payout_id, NEW.partner_id,
        NEW.conflict_id, NEW.automatic, NEW.matched_at, NEW.matched_by_id)
       IS DISTINCT FROM
       (OLD.id, OLD.line_id, OLD.part_id, OLD.kind, OLD.amount, OLD.expectation_id, OLD.payout_id, OLD.partner_id,
        OLD.conflict_id, OLD.automatic, OLD.matched_at, OLD.matched_by_id)
       OR OLD.undone_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'a match is undone, never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER match_guard BEFORE UPDATE ON reconciliation_match
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_match();

-- The live matches of a part never make more than the part, and a match belongs to the line of its part. Checked once
-- per statement, so a batch of thousands costs one look.
CREATE FUNCTION reconciliation_check_matches() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT part.id INTO wrong
      FROM (SELECT DISTINCT part_id FROM added) AS touched
      JOIN reconciliation_linepart AS part ON part.id = touched.part_id
      JOIN reconciliation_match AS match ON match.part_id = part.id AND match.undone_at IS NULL
     GROUP BY part.id
    HAVING sum(match.amount) > part.amount OR bool_or(match.line_id <> part.line_id)
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the matches of part % make more than the part', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_within_part';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER match_within_part AFTER INSERT ON reconciliation_match
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_matches();
