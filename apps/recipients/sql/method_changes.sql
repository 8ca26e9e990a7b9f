-- A recipient is paid to another account by two people, whoever writes to the tables.
--
-- That payouts to it do not leave before is kept by the table of payouts.

ALTER TABLE recipients_methodchange
    ADD CONSTRAINT methodchange_takes_two_people
        CHECK (status <> 'confirmed' OR decided_by_id <> ALL (excluded));

-- A change begins as proposed, about a later version of its method; it is decided once, by a person who is active unless
-- it is taken back; and what it is about never changes.
CREATE FUNCTION recipients_guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed'
           OR NOT EXISTS (SELECT FROM recipients_payoutmethodversion AS version
                           WHERE version.id = NEW.version_id AND version.method_id = NEW.method_id
                             AND version.number > 1
                             AND version.created_by_id IS NOT DISTINCT FROM NEW.proposed_by_id)
           OR (NEW.proposed_by_id IS NOT NULL AND NEW.proposed_by_id <> ALL (NEW.excluded))
        THEN
            RAISE EXCEPTION 'a change of account begins as proposed, by whoever entered the account'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'methodchange_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'proposed'
       OR (NEW.id, NEW.method_id, NEW.version_id, NEW.reason, NEW.proposed_by_id, NEW.excluded, NEW.proposed_at)
          IS DISTINCT FROM
          (OLD.id, OLD.method_id, OLD.version_id, OLD.reason, OLD.proposed_by_id, OLD.excluded, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'a change of account is decided once, and never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'methodchange_guard';
    END IF;
    IF NEW.status = 'confirmed'
       AND NOT EXISTS (SELECT FROM users_user WHERE id = NEW.decided_by_id AND kind = 'person' AND is_active)
    THEN
        RAISE EXCEPTION 'only a person who is active confirms a change of account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'methodchange_guard';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER recipients_methodchange_guard BEFORE INSERT OR UPDATE ON recipients_methodchange
    FOR EACH ROW EXECUTE FUNCTION recipients_guard_change();
CREATE TRIGGER recipients_methodchange_stays BEFORE DELETE OR TRUNCATE ON recipients_methodchange
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_refuse_change();

CREATE TRIGGER recipients_reveal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON recipients_reveal
    FOR EACH STATEMENT EXECUTE FUNCTION recipients_refuse_change();
