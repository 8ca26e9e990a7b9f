-- A request asks for as many people as the policy it was opened with
SELECT request.id, request.subject, request.required, request.amount, request.policy
  FROM approvals_request AS request
 WHERE request.required IS DISTINCT FROM approvals_required(request.policy -> 'bands', request.amount)
