-- What a stop says never changes, a proposal to lift it stays, and one that was lifted stays lifted. None is removed.
CREATE FUNCTION rails_guard_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL
       OR (OLD.lift_proposed_at IS NOT NULL
           AND (NEW.lift_proposed_by_id, NEW.lift_proposed_at, NEW.lift_reason)
               IS DISTINCT FROM (OLD.lift_proposed_by_id, OLD.lift_proposed_at, OLD.lift_reason))
       OR (NEW.id, NEW.kind, NEW.scope, NEW.value, NEW.reason, NEW.opened_by_id, NEW.opened_at)
          IS DISTINCT FROM (OLD.id, OLD.kind, OLD.scope, OLD.value, OLD.reason, OLD.opened_by_id, OLD.opened_at)
    THEN
        RAISE EXCEPTION 'a stop is proposed to be lifted, then lifted; nothing else of it changes'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER rails_stop_guard BEFORE UPDATE ON rails_stop
    FOR EACH ROW EXECUTE FUNCTION rails_guard_stop();

CREATE FUNCTION rails_refuse_removal_of_stops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stops are never removed' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER rails_stop_stays BEFORE DELETE OR TRUNCATE ON rails_stop
    FOR EACH STATEMENT EXECUTE FUNCTION rails_refuse_removal_of_stops();
