-- What became of the payouts from an id and a moment on that a rail has decided, and how long those that were paid took
SELECT rail,
       count(*) FILTER (WHERE status = 'paid') AS paid,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       count(*) FILTER (WHERE status = 'returned') AS returned,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY status_at - created_at) FILTER (WHERE status = 'paid') AS half_within,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY status_at - created_at) FILTER (WHERE status = 'paid') AS most_within
  FROM payouts_payout
 WHERE id >= %(first_id)s AND created_at >= %(since)s AND status IN ('paid', 'failed', 'returned')
 GROUP BY rail
 ORDER BY rail
