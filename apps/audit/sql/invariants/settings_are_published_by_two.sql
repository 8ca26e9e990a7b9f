-- What a person wrote as a setting that is money was published by another person, and no version is missing
SELECT setting.id, setting.kind, setting.version, setting.author_id, setting.decided_by_id
  FROM approvals_settingversion AS setting
  LEFT JOIN users_user AS second ON second.id = setting.decided_by_id
 WHERE setting.status = 'published'
   AND (setting.decided_by_id = setting.author_id
        OR (setting.author_id IS NOT NULL AND setting.decided_by_id IS NULL)
        OR second.kind <> 'person'
        OR setting.begins_at < setting.decided_at
        OR (setting.version > 1
            AND NOT EXISTS (SELECT FROM approvals_settingversion AS former
                             WHERE former.status = 'published' AND former.version = setting.version - 1
                               AND (former.kind, former.currency, former.name)
                                   = (setting.kind, setting.currency, setting.name)
                               AND former.partner_id IS NOT DISTINCT FROM setting.partner_id)))
