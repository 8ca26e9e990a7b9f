-- What must stay true of payouts whatever the code does.
--
-- 1. A payout changes its state only along an edge of the table in apps/payouts/states.py. The edges are rows of
--    payouts_stateedge, written by migrations; a test holds the two together.
-- 2. A payout is created in one of the first states.
-- 3. What is paid, to whom, and under which reference never changes after creation; nothing is ever deleted.

CREATE TABLE payouts_stateedge (
    source varchar(17) NOT NULL,
    target varchar(17) NOT NULL,
    PRIMARY KEY (source, target)
);
COMMENT ON TABLE payouts_stateedge IS 'Allowed state changes of a payout; an empty source means creation.';

CREATE FUNCTION payouts_guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM payouts_stateedge WHERE source = '' AND target = NEW.status) THEN
            RAISE EXCEPTION 'a payout is not created as %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;

    IF NEW.status <> OLD.status AND NOT EXISTS (
        SELECT FROM payouts_stateedge WHERE source = OLD.status AND target = NEW.status
    ) THEN
        RAISE EXCEPTION 'a payout does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;

    IF (NEW.id, NEW.partner_id, NEW.batch_id, NEW.reference, NEW.end_to_end_id, NEW.recipient_id,
        NEW.recipient_version_id, NEW.method_id, NEW.method_version_id, NEW.payee, NEW.amount, NEW.currency, NEW.rail,
        NEW.bank_account_id, NEW.description, NEW.created_by_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.partner_id, OLD.batch_id, OLD.reference, OLD.end_to_end_id, OLD.recipient_id,
        OLD.recipient_version_id, OLD.method_id, OLD.method_version_id, OLD.payee, OLD.amount, OLD.currency, OLD.rail,
        OLD.bank_account_id, OLD.description, OLD.created_by_id, OLD.created_at)
    THEN
        RAISE EXCEPTION 'what a payout pays never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_payout_guard
    BEFORE INSERT OR UPDATE ON payouts_payout
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_payout();

-- A payout to a changed account leaves only once a second person has confirmed the account. Payouts to a first account,
-- nearly all of them, are passed over without a call.
CREATE FUNCTION payouts_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM recipients_methodchange
                    WHERE version_id = NEW.method_version_id AND status = 'confirmed')
    THEN
        RAISE EXCEPTION 'the account of payout % is not confirmed by a second person', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_account_is_confirmed';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_account_guard
    BEFORE UPDATE OF status ON payouts_payout
    FOR EACH ROW WHEN (NEW.status = 'submitting' AND OLD.status = 'scheduled'
                       AND (NEW.payee #>> '{method,version}')::integer > 1)
    EXECUTE FUNCTION payouts_guard_account();

CREATE FUNCTION payouts_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER payouts_payout_stays BEFORE DELETE ON payouts_payout
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_payout_not_truncated BEFORE TRUNCATE ON payouts_payout
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_attempt_stays BEFORE DELETE ON payouts_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_attempt_not_truncated BEFORE TRUNCATE ON payouts_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();

-- An attempt that was refused, returned or abandoned does not come back to life, but for an undone return.
CREATE FUNCTION payouts_guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('refused', 'abandoned') AND NEW.status <> OLD.status THEN
        RAISE EXCEPTION 'an attempt that was % stays so', OLD.status USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.payout_id, NEW.number, NEW.rail, NEW.bank_account_id, NEW.file_id, NEW.instruction_id, NEW.amount,
        NEW.currency)
       IS DISTINCT FROM
       (OLD.payout_id, OLD.number, OLD.rail, OLD.bank_account_id, OLD.file_id, OLD.instruction_id, OLD.amount,
        OLD.currency)
    THEN
        RAISE EXCEPTION 'what an attempt asked for never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_attempt_guard
    BEFORE UPDATE ON payouts_attempt
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_attempt();
