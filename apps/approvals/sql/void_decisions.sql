-- What somebody approved who was shut out counts no more, as long as the request is open.

-- Whoever decides is not being shut out at the same moment: one of the two waits, and then sees what the other has done.
CREATE FUNCTION approvals_hold_person() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM users_user WHERE id = NEW.person_id FOR SHARE;
    RETURN NEW;
END
$$;

CREATE TRIGGER approvals_decision_holds_person BEFORE INSERT ON approvals_decision
    FOR EACH ROW EXECUTE FUNCTION approvals_hold_person();

-- A decision is made void once, while its request is open and whoever gave it is shut out; the request counts one less.
CREATE FUNCTION approvals_count_void() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
    given bigint;
BEGIN
    SELECT count(DISTINCT decision.request_id) INTO given
      FROM added JOIN approvals_decision AS decision ON decision.id = added.decision_id;
    UPDATE approvals_request AS request
       SET approvals = request.approvals - void.approvals
      FROM (SELECT decision.request_id, count(*) AS approvals
              FROM added
              JOIN approvals_decision AS decision ON decision.id = added.decision_id AND decision.choice = 'approve'
              JOIN users_user AS person ON person.id = decision.person_id AND NOT person.is_active
             GROUP BY decision.request_id) AS void
     WHERE request.id = void.request_id AND request.status = 'open';
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted <> given THEN
        RAISE EXCEPTION 'only an approval of somebody who was shut out is made void, of an open request'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER approvals_voiddecision_count AFTER INSERT ON approvals_voiddecision
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_count_void();

CREATE TRIGGER approvals_voiddecision_append_only BEFORE UPDATE OR DELETE ON approvals_voiddecision
    FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER approvals_voiddecision_keep BEFORE TRUNCATE ON approvals_voiddecision
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();

INSERT INTO approvals_voiddecision (id, decision_id, void_at)
SELECT gen_random_uuid(), decision.id, now()
  FROM approvals_decision AS decision
  JOIN approvals_request AS request ON request.id = decision.request_id AND request.status = 'open'
  JOIN users_user AS person ON person.id = decision.person_id AND NOT person.is_active
 WHERE decision.choice = 'approve';
