-- Hold mode ends when banks have told what they did: every active bank account has a statement that was imported since.
CREATE FUNCTION audit_accounts_not_stated_since(moment timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT account.id
      FROM rails_bankaccount AS account
     WHERE account.status = 'active'
       AND NOT EXISTS (SELECT FROM reconciliation_statement AS statement
                        WHERE statement.bank_account_id = account.id
                          AND statement.number IS NOT NULL
                          AND statement.imported_at > moment)
$$;

CREATE FUNCTION audit_guard_hold_mode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_accounts_not_stated_since(OLD.opened_at)) THEN
        RAISE EXCEPTION 'hold mode stays until every bank account has had a statement' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_hold_mode_stays BEFORE UPDATE ON rails_stop
    FOR EACH ROW WHEN (OLD.kind = 'after_restore' AND NEW.lifted_at IS NOT NULL)
    EXECUTE FUNCTION audit_guard_hold_mode();

-- Findings and epochs are written once.
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER audit_invariantrun_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_invariantrun
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_epoch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
