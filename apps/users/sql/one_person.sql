-- Several accounts of one person count as one, whoever writes to the tables.
--
-- human_id is the same for all accounts of one person, and empty for who has one only. It follows confirmed links alone,
-- and is never taken back: what two accounts did together stays the deed of one person.

CREATE FUNCTION users_human(account uuid) RETURNS uuid
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(human_id, id) FROM users_user WHERE id = account
$$;

CREATE FUNCTION users_same_human(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT one IS NOT NULL AND other IS NOT NULL AND users_human(one) = users_human(other)
$$;

-- The two roles that a person may not hold together, if they hold such, whatever account holds which.
CREATE FUNCTION users_conflict_of(human uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT pair.one || ' and ' || pair.other
      FROM users_role_conflicts() pair
     WHERE (SELECT count(DISTINCT held.role)
              FROM users_roleassignment held
              JOIN users_user account ON account.id = held.user_id
             WHERE coalesce(account.human_id, account.id) = human
               AND held.role IN (pair.one, pair.other)) = 2
     LIMIT 1
$$;

CREATE FUNCTION users_guard_human() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    conflict text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.human_id IS NOT NULL THEN
            RAISE EXCEPTION 'a new account is nobody''s second one'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'users_user_human';
        END IF;
        RETURN NULL;
    END IF;
    -- Joined to one group by a confirmed link between an account that had this human_id before and one that has the new.
    IF NEW.kind <> 'person' OR NEW.human_id IS NULL
       OR NOT EXISTS (SELECT FROM users_personlink link
                       WHERE link.status = 'confirmed'
                         AND users_human(link.one_id) = NEW.human_id AND users_human(link.other_id) = NEW.human_id
                         AND (NEW.id IN (link.one_id, link.other_id)
                              OR OLD.human_id IS NOT NULL))
    THEN
        RAISE EXCEPTION 'accounts become one person''s by two administrators alone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_user_human';
    END IF;
    conflict := users_conflict_of(NEW.human_id);
    IF conflict IS NOT NULL THEN
        RAISE EXCEPTION 'one person may not be %', conflict
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_conflict';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_human_of_a_new_account AFTER INSERT ON users_user
    FOR EACH ROW WHEN (NEW.human_id IS NOT NULL) EXECUTE FUNCTION users_guard_human();
CREATE TRIGGER users_human_changes AFTER UPDATE OF human_id ON users_user
    FOR EACH ROW WHEN (NEW.human_id IS DISTINCT FROM OLD.human_id) EXECUTE FUNCTION users_guard_human();

-- Roles of all accounts of a person count together, and nobody gives one to an account of their own.
CREATE FUNCTION users_check_role_of_human() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    conflict text;
BEGIN
    IF users_same_human(NEW.user_id, NEW.assigned_by_id) THEN
        RAISE EXCEPTION 'nobody gives themselves a role'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_not_by_oneself';
    END IF;
    conflict := users_conflict_of(users_human(NEW.user_id));
    IF conflict IS NOT NULL THEN
        RAISE EXCEPTION 'one person may not be %', conflict
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_conflict';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER users_check_role_of_human AFTER INSERT OR UPDATE ON users_roleassignment
    FOR EACH ROW EXECUTE FUNCTION users_check_role_of_human();

-- A link says what it said, is decided once, by somebody whom it is not about, and stays.
CREATE FUNCTION users_guard_link() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'INSERT' AND NEW.status <> 'proposed')
       OR (TG_OP = 'UPDATE'
           AND (OLD.status <> 'proposed'
                OR (NEW.id, NEW.one_id, NEW.other_id, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
                   IS DISTINCT FROM
                   (OLD.id, OLD.one_id, OLD.other_id, OLD.reason, OLD.proposed_by_id, OLD.proposed_at)
                OR NEW.status = 'confirmed'
                   AND (users_same_human(NEW.decided_by_id, NEW.proposed_by_id)
                        OR users_same_human(NEW.decided_by_id, NEW.one_id)
                        OR users_same_human(NEW.decided_by_id, NEW.other_id))))
    THEN
        RAISE EXCEPTION 'a link is decided once, by another administrator, and stays: % is refused', TG_OP
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_personlink_by_two_others';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER users_guard_link BEFORE INSERT OR UPDATE OR DELETE ON users_personlink
    FOR EACH ROW EXECUTE FUNCTION users_guard_link();
