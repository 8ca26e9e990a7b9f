-- Until when the first accounts of new recipients of a platform rest, if at all: those that a change of account has named and
-- nobody has confirmed, or that rest as such a change does; and those of people who are known by another account, by the
-- same name and date of birth or by the same e-mail address. What other platforms know says nothing.
--
-- OFFSET 0 and the questions in brackets keep each look-up by its index whatever the statistics say: in a young table one
-- platform looks like a few rows, and all whom it ever paid would be read for every account that is asked for.

SELECT asked.place, max(found.until) AS until
  FROM unnest(%(accounts)s::bytea[], %(names)s::text[], %(born)s::date[], %(emails)s::text[])
       WITH ORDINALITY AS asked (account, name, born, email, place)
 CROSS JOIN LATERAL (
       SELECT CASE change.status WHEN 'confirmed' THEN version.usable_from ELSE %(rested)s END AS until
         FROM (SELECT id, method_id, usable_from
                 FROM recipients_payoutmethodversion
                WHERE account_index = asked.account
               OFFSET 0) AS version
         JOIN recipients_methodchange AS change ON change.version_id = version.id
        WHERE (SELECT recipient.partner_id
                 FROM recipients_payoutmethod AS method
                 JOIN recipients_recipient AS recipient ON recipient.id = method.recipient_id
                WHERE method.id = version.method_id) = %(partner)s
       UNION ALL
       SELECT %(rested)s
         FROM (SELECT recipient_id, name
                 FROM recipients_recipientversion
                WHERE date_of_birth = asked.born
                  AND tsvector_to_array(recipients_words(name)) = tsvector_to_array(recipients_words(asked.name))
               UNION ALL
               SELECT recipient_id, name
                 FROM recipients_recipientversion
                WHERE email <> '' AND lower(email) = lower(asked.email)
               OFFSET 0) AS known
        WHERE (SELECT partner_id FROM recipients_recipient AS recipient WHERE recipient.id = known.recipient_id) = %(partner)s
          AND known.recipient_id <> ALL (%(but)s::uuid[])
          AND EXISTS (SELECT FROM recipients_payoutmethod AS method WHERE method.recipient_id = known.recipient_id)
          AND NOT EXISTS (SELECT FROM recipients_payoutmethod AS method
                            JOIN recipients_payoutmethodversion AS version ON version.method_id = method.id
                           WHERE method.recipient_id = known.recipient_id AND version.account_index = asked.account)
       ) AS found
 WHERE found.until > %(now)s
 GROUP BY asked.place
