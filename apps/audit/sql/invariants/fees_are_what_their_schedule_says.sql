-- Each payout was priced by terms that two people had published for its platform, rail and currency, to the minor unit
SELECT payout.id, payout.rail, payout.amount, payout.currency, payout.fee, payout.fee_paid_by, payout.fee_terms
  FROM payouts_payout AS payout
  LEFT JOIN (SELECT audit_public_id('set', id) AS public_id, partner_id, name, currency, content, version, begins_at
               FROM approvals_settingversion WHERE kind = 'fees' AND status = 'published') AS schedule
         ON schedule.public_id = payout.fee_terms #>> '{setting,id}'
 WHERE payout.fee_terms <> '{}'
   AND (schedule.public_id IS NULL
        OR payout.fee_terms - 'setting' <> schedule.content
        OR (payout.fee_terms #>> '{setting,version}')::integer <> schedule.version
        OR (schedule.name, schedule.currency) <> (payout.rail, payout.currency)
        OR schedule.partner_id <> payout.partner_id
        OR schedule.begins_at > payout.created_at
        OR payout.fee <> pricing_fee(payout.amount, payout.fee_terms))
