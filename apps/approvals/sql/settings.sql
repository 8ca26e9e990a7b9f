-- What must never be false of settings that are money, whoever writes to them.
--
-- A version begins as a draft, is proposed, and is published by somebody else than its author. What was proposed does
-- not change, and no version is ever removed.

-- A command of the installation acts alone only while no live platform falls under the setting.
CREATE FUNCTION approvals_is_of_live_money(setting approvals_settingversion) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM partners_partner AS platform
                    WHERE platform.mode = 'live'
                      AND (setting.partner_id IS NULL OR platform.id = setting.partner_id))
$$;

CREATE FUNCTION approvals_guard_setting() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    written text[] := '{content,reason,begins_at}';
    decided text[] := '{status,decided_by_id,decided_at,decided_reason,version,begins_at}';
BEGIN
    IF TG_OP = 'INSERT' AND NEW.status = 'draft' THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND OLD.status = 'draft' AND NEW.status = 'draft'
        AND to_jsonb(NEW) - written = to_jsonb(OLD) - written
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND OLD.status = 'draft' AND NEW.status = 'proposed'
        AND to_jsonb(NEW) - '{status,proposed_at,replaces}'::text[] = to_jsonb(OLD) - '{status,proposed_at,replaces}'::text[]
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND (OLD.status, NEW.status) IN (('draft', 'withdrawn'), ('proposed', 'withdrawn'),
                                                             ('proposed', 'refused'), ('proposed', 'published'))
        AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided
        AND (NEW.begins_at IS NOT DISTINCT FROM OLD.begins_at
             OR (NEW.status = 'published' AND NEW.begins_at = NEW.decided_at
                 AND (OLD.begins_at IS NULL OR OLD.begins_at < NEW.decided_at)))
    THEN
        IF NEW.status = 'published' THEN
            PERFORM approvals_check_publication(NEW);
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a setting is replaced by a new version, not changed: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- Two people, neither of whom approves payouts where it is about approvals; both active.
CREATE FUNCTION approvals_check_publication(setting approvals_settingversion) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF setting.decided_by_id IS NULL THEN
        IF setting.author_id IS NOT NULL OR approvals_is_of_live_money(setting) THEN
            RAISE EXCEPTION 'a setting is published by a second person'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'setting_takes_two_people';
        END IF;
    ELSIF users_same_human(setting.decided_by_id, setting.author_id)
        OR NOT EXISTS (SELECT FROM users_user
                        WHERE id = setting.decided_by_id AND kind = 'person' AND is_active)
    THEN
        RAISE EXCEPTION 'a setting is published by a second person'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'setting_takes_two_people';
    END IF;
    IF setting.kind = 'approval_policy'
        AND EXISTS (SELECT FROM users_roleassignment AS held
                     WHERE held.role = 'approver'
                       AND (users_same_human(held.user_id, setting.decided_by_id)
                            OR users_same_human(held.user_id, setting.author_id)))
    THEN
        RAISE EXCEPTION 'whoever approves payouts does not set how many must'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'setting_not_of_oneself';
    END IF;
END
$$;

CREATE TRIGGER approvals_setting_guard BEFORE INSERT OR UPDATE OR DELETE ON approvals_settingversion
    FOR EACH ROW EXECUTE FUNCTION approvals_guard_setting();
CREATE TRIGGER approvals_setting_keep BEFORE TRUNCATE ON approvals_settingversion
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();

-- Of an absence only its end moves, and only nearer.
CREATE FUNCTION approvals_guard_absence() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'ends_at' = to_jsonb(OLD) - 'ends_at' AND NEW.ends_at <= OLD.ends_at THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an absence is ended, not changed: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER approvals_absence_guard BEFORE UPDATE OR DELETE ON approvals_absence
    FOR EACH ROW EXECUTE FUNCTION approvals_guard_absence();
