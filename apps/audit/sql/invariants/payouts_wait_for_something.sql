-- A payout that has not ended waits for something that is there: a review, an approval, money, a file, a bank
-- A review that was decided while the payout was being created counts until the sweep has moved the payout.
SELECT payout.id, payout.rail, payout.status, review.status AS review, request.status AS approval, payout.funding
  FROM payouts_payout AS payout
  LEFT JOIN compliance_review AS review ON review.id = payout.review_id
  LEFT JOIN approvals_request AS request ON request.id = payout.approval_id
 WHERE CASE payout.status
           WHEN 'in_review' THEN payout.screening_id IS NOT NULL AND coalesce(review.status, 'none') <> 'open'
                                 AND coalesce(review.decided_at, payout.status_at) < now() - interval '5 minutes'
           WHEN 'awaiting_approval' THEN coalesce(request.status, 'none') <> 'open'
           WHEN 'awaiting_funds' THEN payout.funding <> 'none'
           WHEN 'scheduled' THEN payout.funding <> 'reserved'
           WHEN 'submitting' THEN NOT EXISTS (
               SELECT FROM payouts_attempt AS attempt
                WHERE attempt.payout_id = payout.id AND attempt.status = 'prepared'
                  AND (attempt.file_id IS NOT NULL OR attempt.next_step_at IS NOT NULL))
           WHEN 'in_doubt' THEN NOT EXISTS (
               SELECT FROM payouts_attempt AS attempt
                WHERE attempt.payout_id = payout.id AND attempt.status = 'in_doubt'
                  AND (attempt.file_id IS NOT NULL OR attempt.next_step_at IS NOT NULL OR attempt.raised_at IS NOT NULL))
           WHEN 'sent' THEN NOT EXISTS (
               SELECT FROM payouts_attempt AS attempt LEFT JOIN rails_paymentfile AS file ON file.id = attempt.file_id
                WHERE attempt.payout_id = payout.id
                  AND (file.handed_over_at IS NOT NULL OR attempt.file_id IS NULL AND attempt.sends > 0))
           ELSE false
       END
