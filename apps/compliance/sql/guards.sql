-- What must never be false of lists, screenings and reviews, whoever writes to them.

-- A review is of the recipient version that was screened.
ALTER TABLE compliance_review ADD CONSTRAINT compliance_review_version_of_screening
    FOREIGN KEY (screening_id, recipient_version_id) REFERENCES compliance_screening (id, recipient_version_id);

CREATE FUNCTION compliance_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- Published content is kept as it was loaded; of a list, only which version is active changes.
CREATE TRIGGER compliance_watchlistentry_keep BEFORE UPDATE OR DELETE ON compliance_watchlistentry
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_watchlistname_keep BEFORE UPDATE OR DELETE ON compliance_watchlistname
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_watchlist_keep BEFORE DELETE ON compliance_watchlist
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_watchlist_content BEFORE UPDATE ON compliance_watchlist
    FOR EACH ROW WHEN (to_jsonb(NEW) - 'active' IS DISTINCT FROM to_jsonb(OLD) - 'active')
    EXECUTE FUNCTION compliance_refuse_change();

-- A screening is kept as it was made; that an earlier review covers it may be added once.
CREATE TRIGGER compliance_screening_keep BEFORE DELETE ON compliance_screening
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_screening_content BEFORE UPDATE ON compliance_screening
    FOR EACH ROW WHEN (OLD.covered_by_id IS NOT NULL
        OR to_jsonb(NEW) - 'covered_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'covered_by_id')
    EXECUTE FUNCTION compliance_refuse_change();

-- A decision is final, and a review never changes what it is about.
CREATE TRIGGER compliance_review_keep BEFORE DELETE ON compliance_review
    FOR EACH ROW EXECUTE FUNCTION compliance_refuse_change();
CREATE TRIGGER compliance_review_decided BEFORE UPDATE ON compliance_review
    FOR EACH ROW WHEN (OLD.status <> 'open'
        OR (NEW.id, NEW.screening_id, NEW.recipient_version_id, NEW.opened_at, NEW.due_at)
            IS DISTINCT FROM (OLD.id, OLD.screening_id, OLD.recipient_version_id, OLD.opened_at, OLD.due_at))
    EXECUTE FUNCTION compliance_refuse_change();
