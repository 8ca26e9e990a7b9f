-- A payout that names a quote is what was quoted, at the price that was quoted, and was asked for while the quote held.
CREATE FUNCTION payouts_guard_quote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'what a payout costs never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pricing_quote AS quote
         CROSS JOIN jsonb_array_elements(quote.options) AS option
         WHERE quote.id = NEW.quote_id
           AND (quote.partner_id, quote.amount, quote.currency) = (NEW.partner_id, NEW.amount, NEW.currency)
           AND coalesce(quote.recipient = NEW.recipient_id, true)
           AND quote.expires_at > transaction_timestamp()
           AND option ->> 'rail' = NEW.rail
           AND option -> 'reasons' = '[]'
           AND option -> 'terms' = NEW.fee_terms
    ) THEN
        RAISE EXCEPTION 'payout % is not what quote % promised', NEW.id, NEW.quote_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_is_as_quoted';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER payouts_quote_guard
    BEFORE INSERT ON payouts_payout
    FOR EACH ROW WHEN (NEW.quote_id IS NOT NULL) EXECUTE FUNCTION payouts_guard_quote();
CREATE TRIGGER payouts_quote_stays
    BEFORE UPDATE OF quote_id ON payouts_payout
    FOR EACH ROW WHEN (NEW.quote_id IS DISTINCT FROM OLD.quote_id) EXECUTE FUNCTION payouts_guard_quote();
