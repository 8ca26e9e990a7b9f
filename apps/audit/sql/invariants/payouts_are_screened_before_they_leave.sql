-- A payout with an attempt was screened, and found clear or cleared by a person
SELECT payout.id, payout.rail, payout.status, screening.outcome, review.status AS review
  FROM payouts_payout AS payout
  LEFT JOIN compliance_screening AS screening
         ON screening.id = payout.screening_id AND screening.recipient_version_id = payout.recipient_version_id
  LEFT JOIN compliance_review AS review ON review.screening_id = screening.id
  LEFT JOIN compliance_review AS earlier ON earlier.id = screening.covered_by_id
 WHERE EXISTS (SELECT FROM payouts_attempt AS attempt WHERE attempt.payout_id = payout.id)
   AND coalesce(screening.outcome, 'none') <> 'clear'
   AND coalesce(review.status, earlier.status, 'none') <> 'cleared'
