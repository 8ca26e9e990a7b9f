-- Whoever decided is a person who did not make it, and saw the content; no open request counts somebody who was shut out
SELECT request.subject, person.email, decision.choice
  FROM approvals_decision AS decision
  JOIN approvals_request AS request ON request.id = decision.request_id
  JOIN users_user AS person ON person.id = decision.person_id
  LEFT JOIN approvals_voiddecision AS void ON void.decision_id = decision.id
 WHERE decision.person_id = ANY (request.excluded)
    OR decision.digest <> request.digest
    OR person.kind <> 'person'
    OR (request.status = 'open' AND decision.choice = 'approve' AND NOT person.is_active AND void.id IS NULL)
