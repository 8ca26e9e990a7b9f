-- What must stay true of the fee of a payout whatever the code does: it is what its terms come to, to the minor unit, and
-- neither changes after creation. Whether the terms were published is an invariant (apps/audit).
ALTER TABLE payouts_payout ADD CONSTRAINT payout_fee_is_of_its_terms CHECK (
    CASE WHEN fee_terms = '{}' THEN fee = 0 AND fee_paid_by = ''
         ELSE coalesce(fee_paid_by IN ('platform', 'recipient')
                       AND fee_paid_by = fee_terms ->> 'paid_by'
                       AND fee = pricing_fee(amount, fee_terms)
                       AND fee_terms ->> 'refunded_on_return' IN ('true', 'false')
                       AND fee_terms #>> '{setting,id}' LIKE 'set\_%', false) END
);

CREATE FUNCTION payouts_refuse_other_fee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a payout costs never changes' USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER payouts_fee_guard
    BEFORE UPDATE OF fee, fee_paid_by, fee_terms ON payouts_payout
    FOR EACH ROW WHEN ((NEW.fee, NEW.fee_paid_by, NEW.fee_terms) IS DISTINCT FROM (OLD.fee, OLD.fee_paid_by, OLD.fee_terms))
    EXECUTE FUNCTION payouts_refuse_other_fee();
