-- What is asked of requests by the thousand is asked without a call of a function for each.

-- The first band, in order, whose up_to is not exceeded; an expression, which the server puts in place of its call.
CREATE OR REPLACE FUNCTION approvals_required(bands jsonb, amount bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN amount IS NOT NULL
                THEN (jsonb_path_query_first(
                          bands,
                          '$[*] ? (!exists(@.up_to) || @.up_to == null || @.up_to >= $amount)',
                          jsonb_build_object('amount', amount)
                      ) ->> 'approvals')::integer END
$$;

-- A request that begins as it should is passed over.
DROP TRIGGER approvals_request_guard ON approvals_request;
CREATE TRIGGER approvals_request_guard BEFORE UPDATE OR DELETE ON approvals_request
    FOR EACH ROW EXECUTE FUNCTION approvals_guard_request();
CREATE TRIGGER approvals_request_begins BEFORE INSERT ON approvals_request
    FOR EACH ROW WHEN ((NEW.approvals = 0 AND NEW.status = CASE NEW.required WHEN 0 THEN 'approved' ELSE 'open' END) IS NOT TRUE)
    EXECUTE FUNCTION approvals_guard_request();
