-- Who is paid and where: a platform's recipients with their current version, and each active method, the newest first, with
-- its newest version that was not turned down.

  FROM recipients_recipient
  JOIN LATERAL (
       SELECT *
         FROM recipients_recipientversion AS version
        WHERE version.recipient_id = recipients_recipient.id
        ORDER BY version.number DESC
        LIMIT 1
       ) AS recipients_recipientversion ON true
  LEFT JOIN recipients_payoutmethod ON recipients_payoutmethod.recipient_id = recipients_recipient.id
                                   AND recipients_payoutmethod.status = 'active'
  LEFT JOIN LATERAL (
       SELECT *
         FROM recipients_payoutmethodversion AS version
        WHERE version.method_id = recipients_payoutmethod.id
          AND NOT EXISTS (SELECT FROM recipients_methodchange AS change
                           WHERE change.version_id = version.id AND change.status NOT IN ('proposed', 'confirmed'))
        ORDER BY version.number DESC
        LIMIT 1
       ) AS recipients_payoutmethodversion ON true
 WHERE recipients_recipient.partner_id = %s
   AND recipients_recipient.id = ANY(%s)
 ORDER BY recipients_recipient.id, recipients_payoutmethod.id DESC
