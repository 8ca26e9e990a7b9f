-- Events and endpoints name the partner they belong to. Their app lies below this one, so its models hold plain ids and
-- the references are added here.

ALTER TABLE events_event
    ADD CONSTRAINT events_event_of_partner FOREIGN KEY (partner_id) REFERENCES partners_partner (id);
ALTER TABLE events_endpoint
    ADD CONSTRAINT events_endpoint_of_partner FOREIGN KEY (partner_id) REFERENCES partners_partner (id);
