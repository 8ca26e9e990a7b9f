-- Refuses, whatever writes, a role that its holder's other roles exclude, and a role for a service user.
--
-- The pairs are those of apps/users/roles.py; a test compares them. The lock on the user's row lets two
-- assignments of the same person wait for each other, so neither can miss what the other is about to commit.

CREATE FUNCTION users_role_conflicts() RETURNS TABLE (one text, other text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('administrator', 'approver'),
           ('administrator', 'compliance_analyst'),
           ('administrator', 'compliance_officer'),
           ('administrator', 'operator'),
           ('administrator', 'treasurer'),
           ('approver', 'operator'),
           ('approver', 'treasurer')
$$;

CREATE FUNCTION users_check_role() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    holder users_user;
    excluding text;
BEGIN
    SELECT * INTO holder FROM users_user WHERE id = NEW.user_id FOR UPDATE;
    IF holder.kind <> 'person' THEN
        RAISE EXCEPTION 'only people hold roles' USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_of_a_person';
    END IF;

    SELECT held.role INTO excluding
      FROM users_roleassignment held
      JOIN users_role_conflicts() pair
        ON (pair.one, pair.other) IN ((held.role, NEW.role), (NEW.role, held.role))
     WHERE held.user_id = NEW.user_id AND held.id <> NEW.id
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'one person may not be % and %', NEW.role, excluding
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_conflict';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER users_check_role BEFORE INSERT OR UPDATE ON users_roleassignment
    FOR EACH ROW EXECUTE FUNCTION users_check_role();
