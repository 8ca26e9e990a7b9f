-- Whoever was cleared in review was cleared by two people, and what is asked of a platform is about a review that is open
SELECT 'cleared by one' AS what, review.id AS review
  FROM compliance_review AS review
 WHERE review.status = 'cleared'
   AND (review.proposed_by_id IS NULL OR review.proposed_by_id = review.decided_by_id OR review.proposed_decision <> 'clear')
UNION ALL
SELECT 'asked without an open review, or untold', review.id
  FROM compliance_review AS review
  LEFT JOIN compliance_informationrequest AS asked ON asked.review_id = review.id AND asked.status = 'open'
 WHERE review.information_due_at IS DISTINCT FROM asked.due_at OR asked.id IS NOT NULL AND review.status <> 'open'
