-- A quote is a promise: what it said never changes.
CREATE FUNCTION pricing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;

CREATE TRIGGER pricing_quote_stays BEFORE UPDATE OR DELETE ON pricing_quote
    FOR EACH ROW EXECUTE FUNCTION pricing_refuse_change();
CREATE TRIGGER pricing_quote_kept BEFORE TRUNCATE ON pricing_quote
    FOR EACH STATEMENT EXECUTE FUNCTION pricing_refuse_change();
