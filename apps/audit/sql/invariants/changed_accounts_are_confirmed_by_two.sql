-- Money follows a changed account only after a second person confirmed it, and whoever stands behind the change approved no payout to it
SELECT 'left unconfirmed' AS what, payout.id AS payout, version.id AS version
  FROM recipients_payoutmethodversion AS version
  JOIN payouts_payout AS payout ON payout.method_version_id = version.id
  JOIN payouts_attempt AS attempt ON attempt.payout_id = payout.id
  LEFT JOIN recipients_methodchange AS change ON change.version_id = version.id AND change.status = 'confirmed'
 WHERE version.number > 1 AND change.id IS NULL
UNION ALL
SELECT 'confirmed by its maker', NULL, change.version_id
  FROM recipients_methodchange AS change
 WHERE change.status = 'confirmed' AND (change.decided_by_id IS NULL OR change.decided_by_id = ANY (change.excluded))
UNION ALL
SELECT 'approved by whoever changed the account', payout.id, change.version_id
  FROM recipients_methodchange AS change
  JOIN payouts_payout AS payout ON payout.method_version_id = change.version_id
  JOIN approvals_decision AS decision ON decision.request_id = payout.approval_id
 WHERE decision.choice = 'approve' AND decision.person_id = ANY (change.excluded)
