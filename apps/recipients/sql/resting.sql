-- Until when the first accounts of new recipients of a platform rest, if at all: those that a change of account has named and
-- nobody has confirmed, or that rest as such a change does; and those of people who are known by another account, by the
-- same name and date of birth or by the same e-mail address. What other platforms know says nothing.

SELECT asked.place, max(found.until) AS until
  FROM unnest(%(accounts)s::bytea[], %(names)s::text[], %(born)s::date[], %(emails)s::text[])
       WITH ORDINALITY AS asked (account, name, born, email, place)
 CROSS JOIN LATERAL (
       SELECT CASE change.status WHEN 'confirmed' THEN version.usable_from ELSE %(rested)s END AS until
         FROM recipients_payoutmethodversion AS version
         JOIN recipients_methodchange AS change ON change.version_id = version.id
         JOIN recipients_payoutmethod AS method ON method.id = version.method_id
         JOIN recipients_recipient AS recipient ON recipient.id = method.recipient_id
        WHERE version.account_index = asked.account
          AND recipient.partner_id = %(partner)s
       UNION ALL
       SELECT %(rested)s
         FROM recipients_recipientversion AS known
         JOIN recipients_recipient AS recipient ON recipient.id = known.recipient_id
        WHERE ((asked.born IS NOT NULL AND known.date_of_birth = asked.born
                AND tsvector_to_array(recipients_words(known.name)) = tsvector_to_array(recipients_words(asked.name)))
               OR (asked.email <> '' AND known.email <> '' AND lower(known.email) = lower(asked.email)))
          AND recipient.partner_id = %(partner)s
          AND recipient.id <> ALL (%(but)s::uuid[])
          AND EXISTS (SELECT FROM recipients_payoutmethod AS method WHERE method.recipient_id = recipient.id)
          AND NOT EXISTS (SELECT FROM recipients_payoutmethod AS method
                            JOIN recipients_payoutmethodversion AS version ON version.method_id = method.id
                           WHERE method.recipient_id = recipient.id AND version.account_index = asked.account)
       ) AS found
 WHERE found.until > %(now)s
 GROUP BY asked.place
