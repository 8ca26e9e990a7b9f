-- A key of a live platform opens nothing before another person than its maker has confirmed it, whoever writes the row.

UPDATE partners_apikey SET confirmed_at = created_at;

CREATE FUNCTION partners_guard_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed_by_id IS NOT NULL OR (NEW.mode = 'live' AND NEW.confirmed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a key of a live platform is confirmed by a second person'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'key_takes_two_people';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.created_by_id, NEW.replaces_id, NEW.overlap) IS DISTINCT FROM (OLD.created_by_id, OLD.replaces_id, OLD.overlap)
       OR (NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id)
          AND (OLD.confirmed_at IS NOT NULL OR NEW.confirmed_at IS NULL OR NEW.revoked_at IS NOT NULL
               OR users_same_human(NEW.confirmed_by_id, NEW.created_by_id)
               OR NOT EXISTS (SELECT FROM users_user
                               WHERE id = NEW.confirmed_by_id AND kind = 'person' AND is_active))
    THEN
        RAISE EXCEPTION 'a key of a live platform is confirmed once, by a second person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'key_takes_two_people';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER partners_apikey_guard BEFORE INSERT OR UPDATE ON partners_apikey
    FOR EACH ROW EXECUTE FUNCTION partners_guard_key();
