-- Append one event per fact, in the order of the facts; each continues the sequence of its subject.
--
-- The caller holds the lock of every subject's row, so nobody else counts at the same time; should that ever be
-- forgotten, the unique constraint on (subject, sequence) refuses the second.

INSERT INTO events_event
    (uid, type, subject, sequence, partner_id, actor_kind, actor_id, actor_label, data, changes, created_at)
SELECT fact.uid,
       %(type)s,
       fact.subject,
       coalesce((SELECT max(sequence) FROM events_event known WHERE known.subject = fact.subject), 0)
           + row_number() OVER (PARTITION BY fact.subject ORDER BY fact.position),
       fact.partner_id,
       %(actor_kind)s,
       %(actor_id)s,
       %(actor_label)s,
       fact.data,
       fact.changes,
       clock_timestamp()
  FROM ROWS FROM (
           json_to_recordset(%(facts)s)
               AS (uid uuid, subject text, partner_id uuid, data jsonb, changes jsonb)
       ) WITH ORDINALITY AS fact (uid, subject, partner_id, data, changes, position)
 ORDER BY fact.position
