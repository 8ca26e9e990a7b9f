-- Where two people are needed, two accounts of one person are one (apps/users/sql/one_person.sql).
--
-- Each table refuses the same account by itself; here stands what is true of accounts that were linked.

CREATE FUNCTION audit_check_decisions() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    refused text;
BEGIN
    SELECT request.subject INTO refused
      FROM added AS decision
      JOIN users_user AS person ON person.id = decision.person_id AND person.human_id IS NOT NULL
      JOIN users_user AS account ON account.human_id = person.human_id AND account.id <> person.id
      JOIN approvals_request AS request ON request.id = decision.request_id
     WHERE account.id = ANY (request.excluded)
        OR EXISTS (SELECT FROM approvals_decision AS former
                    WHERE former.request_id = request.id AND former.person_id = account.id)
     LIMIT 1;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION '% may not be decided by another account of one person', refused
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER approvals_decision_of_another_person AFTER INSERT ON approvals_decision
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_check_decisions();

CREATE FUNCTION audit_check_two_people() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF users_same_human((to_jsonb(NEW) ->> TG_ARGV[0])::uuid, (to_jsonb(NEW) ->> TG_ARGV[1])::uuid) THEN
        RAISE EXCEPTION 'two accounts of one person are not two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER stop_lifted_by_two_humans AFTER UPDATE ON rails_stop
    FOR EACH ROW WHEN (NEW.lifted_by_id IS NOT NULL)
    EXECUTE FUNCTION audit_check_two_people('lift_proposed_by_id', 'lifted_by_id');
CREATE TRIGGER resolution_by_two_humans AFTER UPDATE ON payouts_resolution
    FOR EACH ROW WHEN (NEW.status = 'confirmed')
    EXECUTE FUNCTION audit_check_two_people('proposed_by_id', 'decided_by_id');
CREATE TRIGGER proposal_by_two_humans AFTER UPDATE ON reconciliation_proposal
    FOR EACH ROW WHEN (NEW.status = 'confirmed')
    EXECUTE FUNCTION audit_check_two_people('proposed_by_id', 'decided_by_id');
CREATE TRIGGER review_cleared_by_two_humans AFTER UPDATE ON compliance_review
    FOR EACH ROW WHEN (NEW.status = 'cleared')
    EXECUTE FUNCTION audit_check_two_people('proposed_by_id', 'decided_by_id');

-- Whoever stands behind new bank details, by whatever account, does not confirm them.
CREATE FUNCTION audit_check_method_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(NEW.excluded || NEW.proposed_by_id) AS account (id)
                WHERE users_same_human(account.id, NEW.decided_by_id))
    THEN
        RAISE EXCEPTION 'two accounts of one person are not two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'method_change_by_two_humans';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER method_change_by_two_humans AFTER UPDATE ON recipients_methodchange
    FOR EACH ROW WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION audit_check_method_change();
