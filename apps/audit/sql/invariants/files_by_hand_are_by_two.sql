-- A file that a person took to the bank is with it by what two people or the bank said, and before that with nobody else
SELECT taken.id, taken.status, file.message_id, file.state
  FROM rails_handover AS taken
  JOIN rails_paymentfile AS file ON file.id = taken.file_id
 WHERE (taken.status IN ('taken', 'reported') AND (file.state <> 'handing_over' OR file.lease_until IS NOT NULL))
    OR (taken.status = 'confirmed'
        AND (file.handed_over_at IS NULL OR taken.decided_by_id IS NULL
             OR taken.decided_by_id IN (taken.taken_by_id, taken.reported_by_id)))
