-- A row of a plan becomes a payout once, while its plan is being committed, and that payout is of the plan's batch and pays
-- what the row says: one look for a whole statement, however many rows it marks. That what came of a row never changes is
-- asked of each row, without a call where nothing did.
--
-- The questions in brackets keep each look-up by its index: a join would be planned once per connection, for as few rows as
-- the first statement marks.

DROP TRIGGER payouts_planrow_guard ON payouts_planrow;
DROP FUNCTION payouts_guard_planrow();

CREATE FUNCTION payouts_refuse_other_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what came of a row never changes' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER payouts_planrow_keeps BEFORE UPDATE ON payouts_planrow
    FOR EACH ROW WHEN (OLD.status <> 'planned' AND (NEW.status, NEW.payout_id, NEW.amount, NEW.currency)
                       IS DISTINCT FROM (OLD.status, OLD.payout_id, OLD.amount, OLD.currency))
    EXECUTE FUNCTION payouts_refuse_other_outcome();
CREATE TRIGGER payouts_planrow_stays BEFORE DELETE ON payouts_planrow
    FOR EACH ROW WHEN (OLD.status <> 'planned') EXECUTE FUNCTION payouts_refuse_other_outcome();

CREATE FUNCTION payouts_guard_rows_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM after AS row
      WHERE row.payout_id IS NOT NULL
        AND row.id NOT IN (SELECT id FROM before WHERE payout_id IS NOT NULL)
        AND ((SELECT plan.status FROM payouts_plan AS plan WHERE plan.id = row.plan_id) <> 'committing'
             OR (SELECT (SELECT batch.plan_id FROM payouts_batch AS batch WHERE batch.id = payout.batch_id)
                   FROM payouts_payout AS payout
                  WHERE payout.id = row.payout_id
                    AND (payout.amount, payout.currency, payout.reference) = (row.amount, row.currency, row.reference)
                ) IS DISTINCT FROM row.plan_id);
    IF FOUND THEN
        RAISE EXCEPTION 'this payout is not what the row says' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payouts_planrow_made AFTER UPDATE ON payouts_planrow
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_guard_rows_made();
