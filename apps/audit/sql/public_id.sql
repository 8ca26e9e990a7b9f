-- The public id of a row, as apps.core.ids.encode writes it: prefix, underscore, 26 characters of Crockford base32.
-- Invariants compare it with the subjects and holders that events and ledger keep as text. The 130 bits are taken as
-- 10, 60 and 60, written out without a loop: half the time, and it runs for every payout there is.
CREATE FUNCTION audit_public_id(prefix text, id uuid) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters CONSTANT text := '0123456789abcdefghjkmnpqrstvwxyz';
    digits CONSTANT text := replace(id::text, '-', '');
    first CONSTANT bigint := ('x' || substr(digits, 1, 2))::bit(8)::bigint;
    second CONSTANT bigint := ('x' || substr(digits, 3, 15))::bit(60)::bigint;
    third CONSTANT bigint := ('x' || substr(digits, 18, 15))::bit(60)::bigint;
BEGIN
    RETURN prefix || '_'
        || substr(letters, (first >> 5 & 31)::integer + 1, 1)
        || substr(letters, (first >> 0 & 31)::integer + 1, 1)
        || substr(letters, (second >> 55 & 31)::integer + 1, 1)
        || substr(letters, (second >> 50 & 31)::integer + 1, 1)
        || substr(letters, (second >> 45 & 31)::integer + 1, 1)
        || substr(letters, (second >> 40 & 31)::integer + 1, 1)
        || substr(letters, (second >> 35 & 31)::integer + 1, 1)
        || substr(letters, (second >> 30 & 31)::integer + 1, 1)
        || substr(letters, (second >> 25 & 31)::integer + 1, 1)
        || substr(letters, (second >> 20 & 31)::integer + 1, 1)
        || substr(letters, (second >> 15 & 31)::integer + 1, 1)
        || substr(letters, (second >> 10 & 31)::integer + 1, 1)
        || substr(letters, (second >> 5 & 31)::integer + 1, 1)
        || substr(letters, (second >> 0 & 31)::integer + 1, 1)
        || substr(letters, (third >> 55 & 31)::integer + 1, 1)
        || substr(letters, (third >> 50 & 31)::integer + 1, 1)
        || substr(letters, (third >> 45 & 31)::integer + 1, 1)
        || substr(letters, (third >> 40 & 31)::integer + 1, 1)
        || substr(letters, (third >> 35 & 31)::integer + 1, 1)
        || substr(letters, (third >> 30 & 31)::integer + 1, 1)
        || substr(letters, (third >> 25 & 31)::integer + 1, 1)
        || substr(letters, (third >> 20 & 31)::integer + 1, 1)
        || substr(letters, (third >> 15 & 31)::integer + 1, 1)
        || substr(letters, (third >> 10 & 31)::integer + 1, 1)
        || substr(letters, (third >> 5 & 31)::integer + 1, 1)
        || substr(letters, (third >> 0 & 31)::integer + 1, 1);
END
$$;
