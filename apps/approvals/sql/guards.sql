-- What must never be false of approvals, whoever writes to them.
--
-- A request counts its decisions by itself. So no statement of the product's role makes a request approved, other than
-- decisions of enough different, active people who are allowed to decide it and saw the content it is bound to.

-- How many people must approve an amount: the first band, in order, whose up_to is not exceeded (bands.py).
CREATE FUNCTION approvals_required(bands jsonb, amount bigint) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (band.value ->> 'approvals')::integer
      FROM jsonb_array_elements(bands) WITH ORDINALITY AS band (value, place)
     WHERE band.value ->> 'up_to' IS NULL OR amount <= (band.value ->> 'up_to')::bigint
     ORDER BY band.place
     LIMIT 1
$$;

ALTER TABLE approvals_request
    ADD CONSTRAINT approvals_request_required
        CHECK (coalesce(required = approvals_required(policy -> 'bands', amount), false));

-- A policy is never edited; it is only replaced, which makes it inactive for good.
CREATE FUNCTION approvals_guard_policy() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.active AND NOT NEW.active
        AND to_jsonb(NEW) - 'active' = to_jsonb(OLD) - 'active'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a policy is replaced, not changed: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER approvals_policy_guard BEFORE UPDATE OR DELETE ON approvals_policy
    FOR EACH ROW EXECUTE FUNCTION approvals_guard_policy();

-- A request begins open, or approved if its policy asks for nobody. By hand it can only be made void; its counter and
-- its decision come from the trigger on decisions (trigger depth 2).
CREATE FUNCTION approvals_guard_request() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := CASE WHEN pg_trigger_depth() > 1 THEN '{status,approvals,decided_at}' ELSE '{status,decided_at}' END;
BEGIN
    IF TG_OP = 'INSERT'
        AND NEW.approvals = 0
        AND NEW.status = (CASE NEW.required WHEN 0 THEN 'approved' ELSE 'open' END)
    THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - moving = to_jsonb(OLD) - moving
        AND (CASE
                 WHEN pg_trigger_depth() > 1 THEN OLD.status = 'open' AND NEW.status IN ('open', 'approved', 'rejected')
                 ELSE OLD.status IN ('open', 'approved') AND NEW.status = 'void'
             END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a request is decided by decisions alone: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER approvals_request_guard BEFORE INSERT OR UPDATE OR DELETE ON approvals_request
    FOR EACH ROW EXECUTE FUNCTION approvals_guard_request();

-- Decisions are appended, judged and counted, a whole set by the same few statements.
CREATE FUNCTION approvals_count_decisions() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    refused text;
    decided bigint;
    counted bigint;
BEGIN
    SELECT request.subject || CASE
               WHEN request.status <> 'open' THEN ' is not open'
               WHEN request.digest <> decision.digest THEN ' has other content than was decided'
               WHEN decision.person_id = ANY (request.excluded) THEN ' may not be decided by who made it'
               ELSE ' may only be decided by a person who is active'
           END
      INTO refused
      FROM added AS decision
      JOIN approvals_request AS request ON request.id = decision.request_id
      JOIN users_user AS person ON person.id = decision.person_id
     WHERE request.status <> 'open'
        OR request.digest <> decision.digest
        OR decision.person_id = ANY (request.excluded)
        OR person.kind <> 'person'
        OR NOT person.is_active
     LIMIT 1;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION '%', refused USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    -- Rows locked and decided by somebody else in the meantime no longer match, and the counts differ.
    SELECT count(DISTINCT decision.request_id) INTO decided FROM added AS decision;
    UPDATE approvals_request AS request
       SET approvals = request.approvals + given.approvals,
           status = CASE WHEN given.rejections > 0 THEN 'rejected'
                         WHEN request.approvals + given.approvals >= request.required THEN 'approved'
                         ELSE 'open' END,
           decided_at = CASE WHEN given.rejections > 0 OR request.approvals + given.approvals >= request.required
                             THEN clock_timestamp() END
      FROM (SELECT decision.request_id,
                   count(*) FILTER (WHERE decision.choice = 'approve') AS approvals,
                   count(*) FILTER (WHERE decision.choice = 'reject') AS rejections
              FROM added AS decision GROUP BY decision.request_id) AS given
     WHERE request.id = given.request_id AND request.status = 'open';
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted <> decided THEN
        RAISE EXCEPTION 'a request is not open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER approvals_decision_count AFTER INSERT ON approvals_decision
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_count_decisions();

CREATE FUNCTION approvals_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps what was decided: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER approvals_decision_append_only BEFORE UPDATE OR DELETE ON approvals_decision
    FOR EACH ROW EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER approvals_decision_keep BEFORE TRUNCATE ON approvals_decision
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER approvals_request_keep BEFORE TRUNCATE ON approvals_request
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
CREATE TRIGGER approvals_policy_keep BEFORE TRUNCATE ON approvals_policy
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
