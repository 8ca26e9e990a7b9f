-- A payout that names a quote is what was quoted, at the price that was quoted, made before the quote expired
SELECT payout.id, payout.rail, payout.amount, payout.currency, payout.fee, quote.expires_at
  FROM payouts_payout AS payout
  JOIN pricing_quote AS quote ON quote.id = payout.quote_id
 WHERE (quote.partner_id, quote.amount, quote.currency) <> (payout.partner_id, payout.amount, payout.currency)
    OR quote.recipient <> payout.recipient_id
    OR quote.expires_at < payout.created_at - interval '1 minute'
    OR NOT quote.options @> jsonb_build_array(
           jsonb_build_object('rail', payout.rail, 'reasons', '[]'::jsonb, 'terms', payout.fee_terms))
