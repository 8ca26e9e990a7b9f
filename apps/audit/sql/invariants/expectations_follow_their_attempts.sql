-- An expectation is met if and only if a line is matched to it, and is of its attempt's amount
SELECT expectation.end_to_end_id, attempt.rail, expectation.state, attempt.status AS attempt, match.id AS match
  FROM reconciliation_expectation AS expectation
  JOIN payouts_attempt AS attempt ON attempt.id = expectation.attempt_id
  LEFT JOIN reconciliation_match AS match ON match.expectation_id = expectation.id AND match.undone_at IS NULL
 WHERE (expectation.state = 'met') <> (match.id IS NOT NULL)
    OR expectation.amount <> attempt.amount
    OR expectation.currency <> attempt.currency
