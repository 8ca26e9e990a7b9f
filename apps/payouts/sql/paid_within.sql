-- Within what time half and 95 of 100 of the payouts of a rail were paid, of those created from a moment on that are paid.
-- Nothing is paid before it is created, so an index of what was paid since then, which holds all that is asked, tells it.
SELECT rail, percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY status_at - created_at)
  FROM payouts_payout
 WHERE status = 'paid' AND status_at >= %(since)s AND created_at >= %(since)s
 GROUP BY rail
