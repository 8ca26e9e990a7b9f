-- A day closes with lines unidentified only if two people have signed for exactly these, whoever writes to the tables.

-- A proposal is decided once, and stays.
CREATE FUNCTION reconciliation_guard_close_proposal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed' THEN
            RAISE EXCEPTION 'a proposal to close begins as one'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'closeproposal_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'proposed'
       OR to_jsonb(NEW) - '{status,decided_by_id,decided_at,decided_reason}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{status,decided_by_id,decided_at,decided_reason}'::text[]
       OR (NEW.status = 'confirmed' AND users_same_human(NEW.proposed_by_id, NEW.decided_by_id))
    THEN
        RAISE EXCEPTION 'a proposal to close is decided once, by another person, and never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closeproposal_guard';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER closeproposal_guard BEFORE INSERT OR UPDATE ON reconciliation_closeproposal
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_close_proposal();
CREATE TRIGGER closeproposal_keep BEFORE DELETE ON reconciliation_closeproposal
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();

CREATE FUNCTION reconciliation_check_remainder() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reconciliation_closeproposal AS said
                     JOIN reconciliation_dayclose AS closed
                       ON closed.bank_account_id = said.bank_account_id AND closed.day = said.day
                    WHERE said.id = NEW.proposal_id AND closed.id = NEW.close_id AND said.status = 'confirmed'
                      AND said.lines ? NEW.line_id::text)
    THEN
        RAISE EXCEPTION 'line % is left open by a closed day, and two people have not signed for it', NEW.line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'remainder_by_two';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER remainder_by_two BEFORE INSERT ON reconciliation_remainder
    FOR EACH ROW EXECUTE FUNCTION reconciliation_check_remainder();
