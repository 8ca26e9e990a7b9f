-- No payout is lost: a job finds what waits for the portal, or a person does
-- A job takes what is scheduled from active bank accounts only, and tells payouts of a file until all were told.
SELECT payout.id, payout.rail, payout.status, account.status AS bank_account, file.message_id, file.told_at
  FROM payouts_payout AS payout
  JOIN rails_bankaccount AS account ON account.id = payout.bank_account_id
  LEFT JOIN payouts_hold AS hold ON hold.payout_id = payout.id AND hold.lifted_at IS NULL
  LEFT JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id AND attempt.status = 'prepared'
  LEFT JOIN rails_paymentfile AS file ON file.id = attempt.file_id
 WHERE (payout.status = 'scheduled' AND account.status <> 'active' AND hold.id IS NULL)
    OR (payout.status = 'submitting' AND attempt.next_step_at IS NULL AND (file.id IS NULL OR file.told_at IS NOT NULL))
