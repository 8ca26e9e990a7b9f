-- What belongs together belongs to one platform: payout, batch, recipient, method, their versions, and who is told
SELECT 'payout' AS what, payout.id::text AS id, payout.partner_id
  FROM payouts_payout AS payout
  JOIN recipients_recipient AS recipient ON recipient.id = payout.recipient_id
  JOIN recipients_recipientversion AS version ON version.id = payout.recipient_version_id
  JOIN recipients_payoutmethod AS method ON method.id = payout.method_id
  JOIN recipients_payoutmethodversion AS method_version ON method_version.id = payout.method_version_id
  LEFT JOIN payouts_batch AS batch ON batch.id = payout.batch_id
 WHERE recipient.partner_id <> payout.partner_id
    OR batch.partner_id <> payout.partner_id
    OR version.recipient_id <> payout.recipient_id
    OR method.recipient_id <> payout.recipient_id
    OR method_version.method_id <> payout.method_id
UNION ALL
SELECT 'webhook', delivery.id::text, endpoint.partner_id
  FROM events_delivery AS delivery
  JOIN events_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
  JOIN events_event AS event ON event.id = delivery.event_id
 WHERE event.partner_id IS DISTINCT FROM endpoint.partner_id
