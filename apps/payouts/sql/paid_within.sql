-- Within what time half and 95 of 100 of the payouts of a rail were paid, of those from an id and a moment on that were
SELECT rail, percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY status_at - created_at)
  FROM payouts_payout
 WHERE id >= %(first_id)s AND created_at >= %(since)s AND status = 'paid'
 GROUP BY rail
