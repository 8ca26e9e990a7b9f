-- An account of one sandbox platform is of a platform of its mode, and stays with it for good.

CREATE FUNCTION rails_check_account_of_platform() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN
        RAISE EXCEPTION 'bank account %: whose it is never changes', OLD.name USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.partner_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM partners_partner WHERE id = NEW.partner_id AND mode = NEW.mode)
    THEN
        RAISE EXCEPTION 'bank account % is not of the mode of its platform', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bankaccount_of_its_platforms_mode';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_of_platform BEFORE INSERT OR UPDATE OF partner_id ON rails_bankaccount
    FOR EACH ROW EXECUTE FUNCTION rails_check_account_of_platform();
