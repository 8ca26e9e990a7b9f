-- A request's counter and status are what its decisions say, without those that are void
SELECT request.id, request.subject, request.status, request.approvals, request.required,
       count(decision.id) FILTER (WHERE decision.choice = 'approve' AND void.id IS NULL) AS approvals_given,
       count(decision.id) FILTER (WHERE decision.choice = 'reject') AS rejections_given
  FROM approvals_request AS request
  LEFT JOIN approvals_decision AS decision ON decision.request_id = request.id
  LEFT JOIN approvals_voiddecision AS void ON void.decision_id = decision.id
 GROUP BY request.id
HAVING request.approvals <> count(decision.id) FILTER (WHERE decision.choice = 'approve' AND void.id IS NULL)
    OR (request.status = 'approved' AND request.approvals < request.required)
    OR (request.status IN ('open', 'approved') AND bool_or(decision.choice = 'reject'))
    OR (request.status = 'rejected' AND NOT coalesce(bool_or(decision.choice = 'reject'), false))
