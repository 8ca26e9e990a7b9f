-- Tell the rows of a plan what another row of the same file says too: references, of which each may name one payout and
-- one new recipient, and the same amount to the same account, which is allowed and worth a look.

WITH told AS (
    SELECT id,
           (count(*) FILTER (WHERE reference <> '') OVER (PARTITION BY reference) > 1 AND reference <> '') AS reference,
           (count(*) FILTER (WHERE recipient_reference <> '') OVER (PARTITION BY recipient_reference) > 1
            AND recipient_reference <> '') AS recipient,
           CASE WHEN account_index IS NULL THEN 0
                ELSE count(*) OVER (PARTITION BY account_index, amount, currency) - 1 END AS twins
      FROM payouts_planrow
     WHERE plan_id = %(plan)s
)
UPDATE payouts_planrow AS row
   SET repeats = CASE WHEN told.reference THEN '["/reference"]'::jsonb ELSE '[]'::jsonb END
              || CASE WHEN told.recipient THEN '["/recipient/reference"]'::jsonb ELSE '[]'::jsonb END,
       twins = told.twins
  FROM told
 WHERE told.id = row.id AND (told.reference OR told.recipient OR told.twins > 0)
