-- The public id of a row, as apps.core.ids.encode writes it: prefix, underscore, 26 characters of Crockford base32.
-- Invariants compare it with the subjects and holders that events and ledger keep as text.
CREATE FUNCTION audit_public_id(prefix text, id uuid) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT prefix || '_' || string_agg(
               substr('0123456789abcdefghjkmnpqrstvwxyz', substring(number.bits FROM place * 5 + 1 FOR 5)::integer + 1, 1),
               '' ORDER BY place)
      FROM (SELECT B'00' || ('x' || replace(id::text, '-', ''))::bit(128) AS bits) AS number
     CROSS JOIN generate_series(0, 25) AS place
$$;
