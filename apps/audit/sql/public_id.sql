-- The public id of a row, as apps.core.ids.encode writes it: prefix, underscore, 26 characters of Crockford base32.
-- Invariants compare it with the subjects and holders that events and ledger keep as text. Each letter is 5 of the 130
-- bits, looked up in a constant array of ASCII codes (%1$s, since a variable would be copied at every call) and put into
-- its place of eight: half the time of what is plainer, and it runs for every payout there is.
DO $make$
BEGIN
    EXECUTE format($create$
        CREATE FUNCTION audit_public_id(prefix text, id uuid) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $function$
        DECLARE
            bytes CONSTANT bytea := uuid_send(id);
        BEGIN
            RETURN prefix || '_' || encode(
                int8send(
                  (%1$s[(get_byte(bytes, 0) >> 5) + 1] << 56)
                | (%1$s[(get_byte(bytes, 0) & 31) + 1] << 48)
                | (%1$s[(get_byte(bytes, 1) >> 3 & 31) + 1] << 40)
                | (%1$s[(((get_byte(bytes, 1) << 2) | (get_byte(bytes, 2) >> 6)) & 31) + 1] << 32)
                | (%1$s[(get_byte(bytes, 2) >> 1 & 31) + 1] << 24)
                | (%1$s[(((get_byte(bytes, 2) << 4) | (get_byte(bytes, 3) >> 4)) & 31) + 1] << 16)
                | (%1$s[(((get_byte(bytes, 3) << 1) | (get_byte(bytes, 4) >> 7)) & 31) + 1] << 8)
                | (%1$s[(get_byte(bytes, 4) >> 2 & 31) + 1]))
                || int8send(
                  (%1$s[(((get_byte(bytes, 4) << 3) | (get_byte(bytes, 5) >> 5)) & 31) + 1] << 56)
                | (%1$s[(get_byte(bytes, 5) & 31) + 1] << 48)
                | (%1$s[(get_byte(bytes, 6) >> 3 & 31) + 1] << 40)
                | (%1$s[(((get_byte(bytes, 6) << 2) | (get_byte(bytes, 7) >> 6)) & 31) + 1] << 32)
                | (%1$s[(get_byte(bytes, 7) >> 1 & 31) + 1] << 24)
                | (%1$s[(((get_byte(bytes, 7) << 4) | (get_byte(bytes, 8) >> 4)) & 31) + 1] << 16)
                | (%1$s[(((get_byte(bytes, 8) << 1) | (get_byte(bytes, 9) >> 7)) & 31) + 1] << 8)
                | (%1$s[(get_byte(bytes, 9) >> 2 & 31) + 1]))
                || int8send(
                  (%1$s[(((get_byte(bytes, 9) << 3) | (get_byte(bytes, 10) >> 5)) & 31) + 1] << 56)
                | (%1$s[(get_byte(bytes, 10) & 31) + 1] << 48)
                | (%1$s[(get_byte(bytes, 11) >> 3 & 31) + 1] << 40)
                | (%1$s[(((get_byte(bytes, 11) << 2) | (get_byte(bytes, 12) >> 6)) & 31) + 1] << 32)
                | (%1$s[(get_byte(bytes, 12) >> 1 & 31) + 1] << 24)
                | (%1$s[(((get_byte(bytes, 12) << 4) | (get_byte(bytes, 13) >> 4)) & 31) + 1] << 16)
                | (%1$s[(((get_byte(bytes, 13) << 1) | (get_byte(bytes, 14) >> 7)) & 31) + 1] << 8)
                | (%1$s[(get_byte(bytes, 14) >> 2 & 31) + 1]))
                || substring(int8send(
                  (%1$s[(((get_byte(bytes, 14) << 3) | (get_byte(bytes, 15) >> 5)) & 31) + 1] << 56)
                | (%1$s[(get_byte(bytes, 15) & 31) + 1] << 48)) FOR 2), 'escape');
        END
        $function$
    $create$, (
        SELECT format('(''%s''::bigint[])', array_agg(ascii(letter) ORDER BY place))
          FROM regexp_split_to_table('0123456789abcdefghjkmnpqrstvwxyz', '') WITH ORDINALITY AS one (letter, place)
    ));
END
$make$;
