-- A payout is created in one of the first states: one look for a whole statement, however many payouts it makes. What is
-- asked of each payout is asked of those that change.

CREATE FUNCTION payouts_check_first_states() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    SELECT payout.status INTO wrong
      FROM made AS payout
     WHERE payout.status NOT IN (SELECT target FROM payouts_stateedge WHERE source = '')
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a payout is not created as %', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payouts_payout_first_states AFTER INSERT ON payouts_payout
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION payouts_check_first_states();

DROP TRIGGER payouts_payout_guard ON payouts_payout;
CREATE TRIGGER payouts_payout_guard
    BEFORE UPDATE ON payouts_payout
    FOR EACH ROW EXECUTE FUNCTION payouts_guard_payout();

-- A trigger before each row would keep COPY from writing rows in pages, whether it has something to ask or not.
DROP TRIGGER payouts_quote_guard ON payouts_payout;
CREATE TRIGGER payouts_quote_guard
    AFTER INSERT ON payouts_payout
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL) EXECUTE FUNCTION payouts_guard_quote();
