-- The public id of a row, as apps.core.ids.encode writes it: prefix, underscore, 26 characters of Crockford base32.
-- Invariants compare it with the subjects and holders that events and ledger keep as text.
CREATE FUNCTION audit_public_id(prefix text, id uuid) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    bits bit(130) := B'00' || ('x' || replace(id::text, '-', ''))::bit(128);
    written text := prefix || '_';
BEGIN
    FOR place IN 0..25 LOOP
        written := written
            || substr('0123456789abcdefghjkmnpqrstvwxyz', substring(bits FROM place * 5 + 1 FOR 5)::integer + 1, 1);
    END LOOP;
    RETURN written;
END
$$;
