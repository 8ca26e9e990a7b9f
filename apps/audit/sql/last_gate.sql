-- The last gate, for whoever writes to the tables: nothing is tried at a bank that was not approved as itself.
--
-- The code asks the same before it starts a payout, and of the content too; what a payout pays never changes, and of a
-- request neither its subject nor its content does. Once per statement, so a batch pays for one join.

CREATE FUNCTION audit_check_attempts() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    unapproved uuid;
BEGIN
    SELECT payout.id INTO unapproved
      FROM added AS attempt
      JOIN payouts_payout AS payout ON payout.id = attempt.payout_id
      LEFT JOIN approvals_request AS request ON request.id = payout.approval_id
     WHERE request.status IS DISTINCT FROM 'approved'
        OR request.subject <> audit_public_id('po', payout.id)
     LIMIT 1;
    IF unapproved IS NOT NULL THEN
        RAISE EXCEPTION 'payout % is not approved, so nothing of it is sent', unapproved
            USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_of_an_approved_payout';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER attempt_of_an_approved_payout AFTER INSERT ON payouts_attempt
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_check_attempts();
