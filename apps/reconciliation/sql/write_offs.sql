-- A line is written off by two people of different roles, and only so much of it as the setting in force allows, whoever
-- writes to the tables.

-- Whoever confirms it approves payouts, and so matches no lines: the two roles exclude each other (apps/users/sql/role_conflicts.sql).
CREATE FUNCTION reconciliation_check_second_role() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM users_roleassignment WHERE user_id = NEW.decided_by_id AND role = 'approver') THEN
        RAISE EXCEPTION 'a write-off is confirmed by an approver'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'write_off_by_two_roles';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER write_off_by_two_roles AFTER UPDATE ON reconciliation_proposal
    FOR EACH ROW WHEN (NEW.kind = 'writeoff' AND NEW.status = 'confirmed')
    EXECUTE FUNCTION reconciliation_check_second_role();

-- The most that may be written off of one part of a line, at a moment; 0 where nothing was published.
CREATE FUNCTION reconciliation_write_off_limit(which text, moment timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT (content ->> 'most')::bigint
                       FROM approvals_settingversion
                      WHERE kind = 'write_off_limit' AND currency = which AND status = 'published'
                        AND partner_id IS NULL AND name = '' AND begins_at <= moment
                      ORDER BY begins_at DESC, version DESC
                      LIMIT 1), 0)
$$;

-- Once per statement; what is no write-off is passed over at once.
CREATE FUNCTION reconciliation_check_write_offs() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT added.id INTO wrong
      FROM added
      JOIN reconciliation_statementline AS line ON line.id = added.line_id
     WHERE added.kind = 'writeoff'
       AND (added.automatic OR added.proposal_id IS NULL
            OR added.amount > reconciliation_write_off_limit(line.currency, added.matched_at))
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'match % writes off more than the setting in force allows, or by a rule', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'write_off_within_limit';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER write_off_within_limit AFTER INSERT ON reconciliation_match
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_write_offs();
