-- A key has its partner's mode, and a partner with keys cannot change sides: the key points at both.

ALTER TABLE partners_partner ADD CONSTRAINT partners_partner_id_mode UNIQUE (id, mode);

ALTER TABLE partners_apikey ADD CONSTRAINT partners_apikey_mode_of_partner
    FOREIGN KEY (partner_id, mode) REFERENCES partners_partner (id, mode);
