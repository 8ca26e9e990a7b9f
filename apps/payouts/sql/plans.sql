-- What must stay true of plans whatever the code does.
--
-- 1. A plan goes only from step to step; what is committed or cancelled stays so, and no plan is removed.
-- 2. The file, the reference and whose it is never change; who has made it can only become more.
-- 3. A row becomes a payout once, while its plan is being committed, and that payout is of the plan's batch and pays what
--    the row says. Rows go away only with the reading they came from.

CREATE FUNCTION payouts_guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status, NEW.status) IN (
        ('reading', 'planned'), ('reading', 'unmapped'), ('reading', 'unreadable'), ('reading', 'cancelled'),
        ('unmapped', 'reading'), ('unmapped', 'cancelled'),
        ('planned', 'reading'), ('planned', 'committing'), ('planned', 'cancelled'),
        ('committing', 'planned'), ('committing', 'committed')
    ) THEN
        RAISE EXCEPTION 'a plan does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.partner_id, NEW.reference, NEW.format, NEW.size, NEW.sha256, NEW.created_by_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.partner_id, OLD.reference, OLD.format, OLD.size, OLD.sha256, OLD.created_by_id, OLD.created_at)
       OR NOT NEW.makers @> OLD.makers
    THEN
        RAISE EXCEPTION 'what a plan was made of never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'committing' AND OLD.created > 0 AND NEW.status = 'planned' THEN
        RAISE EXCEPTION 'a plan that has made payouts is carried on with' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_plan_guard BEFORE UPDATE ON payouts_plan
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_plan();
CREATE TRIGGER payouts_plan_stays BEFORE DELETE ON payouts_plan
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_plan_not_truncated BEFORE TRUNCATE ON payouts_plan
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();
CREATE TRIGGER payouts_planpiece_stays BEFORE DELETE ON payouts_planpiece
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_removal();

CREATE FUNCTION payouts_guard_planrow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'planned' AND (TG_OP = 'DELETE' OR (NEW.status, NEW.payout_id, NEW.amount, NEW.currency)
        IS DISTINCT FROM (OLD.status, OLD.payout_id, OLD.amount, OLD.currency))
    THEN
        RAISE EXCEPTION 'what came of a row never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.payout_id IS NOT NULL AND OLD.payout_id IS NULL AND NOT EXISTS (
        SELECT FROM payouts_payout p
          JOIN payouts_batch b ON b.id = p.batch_id AND b.plan_id = NEW.plan_id
          JOIN payouts_plan n ON n.id = NEW.plan_id AND n.status = 'committing'
         WHERE p.id = NEW.payout_id AND (p.amount, p.currency, p.reference) = (NEW.amount, NEW.currency, NEW.reference)
    ) THEN
        RAISE EXCEPTION 'this payout is not what the row says' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_planrow_guard BEFORE UPDATE OR DELETE ON payouts_planrow
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_planrow();
