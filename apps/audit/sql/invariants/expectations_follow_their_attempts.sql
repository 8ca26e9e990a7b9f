-- An expectation is met if and only if lines of exactly its amount are matched to it, and is of its attempt's amount
SELECT expectation.end_to_end_id, attempt.rail, expectation.state, attempt.status AS attempt, match.amount AS matched
  FROM reconciliation_expectation AS expectation
  JOIN payouts_attempt AS attempt ON attempt.id = expectation.attempt_id
  LEFT JOIN (SELECT expectation_id, sum(amount) AS amount
               FROM reconciliation_match WHERE undone_at IS NULL AND expectation_id IS NOT NULL
              GROUP BY expectation_id) AS match ON match.expectation_id = expectation.id
 WHERE coalesce(match.amount, 0) <> CASE expectation.state WHEN 'met' THEN expectation.amount ELSE 0 END
    OR expectation.amount <> attempt.amount
    OR expectation.currency <> attempt.currency
