-- Whoever decided is a person who did not make it, and saw the content the request is bound to
SELECT request.subject, person.email, decision.choice
  FROM approvals_decision AS decision
  JOIN approvals_request AS request ON request.id = decision.request_id
  JOIN users_user AS person ON person.id = decision.person_id
 WHERE decision.person_id = ANY (request.excluded)
    OR decision.digest <> request.digest
    OR person.kind <> 'person'
