-- Finding who is known already by a date of birth or an e-mail address, when a recipient is created.

CREATE INDEX recipientversion_born ON recipients_recipientversion (date_of_birth) WHERE date_of_birth IS NOT NULL;
CREATE INDEX recipientversion_email ON recipients_recipientversion (lower(email)) WHERE email <> '';
