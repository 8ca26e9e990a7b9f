-- A payout leaves from an account of its own platform or from one that is open to all, never from another platform's.
-- One look for a whole statement, however many payouts it makes.

CREATE FUNCTION payouts_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT payout.id INTO wrong
      FROM made AS payout
      JOIN rails_bankaccount AS account ON account.id = payout.bank_account_id
     WHERE account.partner_id <> payout.partner_id
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'payout % would leave from the bank account of another platform', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_from_own_or_open_account';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payouts_payout_account AFTER INSERT ON payouts_payout
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION payouts_check_account();
