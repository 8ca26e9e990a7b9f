-- A twin is the sandbox of a live platform: it points at one, for good.

CREATE FUNCTION partners_check_twin() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'UPDATE' AND OLD.twin_of_id IS DISTINCT FROM NEW.twin_of_id)
        OR NOT EXISTS (SELECT FROM partners_partner WHERE id = NEW.twin_of_id AND mode = 'live')
    THEN
        RAISE EXCEPTION 'a twin is the sandbox of one live platform'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'partners_partner_twin_of_live';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER partners_partner_twin BEFORE INSERT OR UPDATE OF twin_of_id ON partners_partner
    FOR EACH ROW WHEN (NEW.twin_of_id IS NOT NULL) EXECUTE FUNCTION partners_check_twin();
