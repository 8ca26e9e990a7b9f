-- How many must approve follows from the amount with the parts before it, whoever writes the request.

ALTER TABLE approvals_request
    DROP CONSTRAINT approvals_request_required,
    ADD CONSTRAINT approvals_request_required
        CHECK (coalesce(required = approvals_required(policy -> 'bands', amount + amount_before), false));
