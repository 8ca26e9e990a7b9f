-- A key of a live platform opens nothing before another person than its maker has confirmed it, whoever writes the row.

UPDATE partners_apikey SET confirmed_at = created_at;

CREATE FUNCTION partners_guard_key() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A key that replaces itself has nobody new behind it, and nobody has seen its token.
        IF (NEW.confirmed_by_id IS NOT NULL OR (NEW.mode = 'live' AND NEW.confirmed_at IS NOT NULL))
           AND NOT EXISTS (SELECT FROM partners_apikey AS replaced
                            WHERE replaced.id = NEW.replaces_id AND replaced.partner_id = NEW.partner_id
                              AND replaced.revoked_at IS NULL AND replaced.scopes @> NEW.scopes
                              AND replaced.created_by_id IS NOT DISTINCT FROM NEW.created_by_id
                              AND replaced.confirmed_at = NEW.confirmed_at
                              AND replaced.confirmed_by_id IS NOT DISTINCT FROM NEW.confirmed_by_id)
        THEN
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
