-- A conflict is kept for ever: what was said stays as it was said, evidence is only added, and a decision stands.

CREATE FUNCTION payouts_guard_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.payout_id, NEW.attempt_id, NEW.kind, NEW.amount, NEW.currency, NEW.said_before, NEW.said_now,
        NEW.opened_at)
       IS DISTINCT FROM
       (OLD.id, OLD.payout_id, OLD.attempt_id, OLD.kind, OLD.amount, OLD.currency, OLD.said_before, OLD.said_now,
        OLD.opened_at)
       OR NOT NEW.evidence @> OLD.evidence
       OR (OLD.closed_at IS NOT NULL AND NEW IS DISTINCT FROM OLD)
    THEN
        RAISE EXCEPTION 'a conflict is closed, never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_conflict_guard
    BEFORE UPDATE ON payouts_conflict
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_conflict();
CREATE TRIGGER payouts_conflict_stays BEFORE DELETE ON payouts_conflict
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_conflict_not_truncated BEFORE TRUNCATE ON payouts_conflict
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
