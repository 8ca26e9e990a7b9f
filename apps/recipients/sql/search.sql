-- Finding recipients by the beginning of any word of their name, whatever its case and accents.
--
-- All that the index needs stands in one function and is PostgreSQL's own: no extension is asked for, and a restore,
-- which runs without a search path, can build the index again.

CREATE FUNCTION recipients_words(name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector(
        'pg_catalog.simple'::regconfig,
        translate(
            replace(replace(replace(
                lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g')),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
            'øłđħŧı-.,;:/\&+@_()''’`´"',
            'oldhti                  '
        )
    )
$$;

-- What is searched for: every word of the text begins a word of the name.
CREATE FUNCTION recipients_beginnings(term text) RETURNS tsquery
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery
      FROM unnest(tsvector_to_array(recipients_words(term))) AS word
$$;

CREATE INDEX recipientversion_words ON recipients_recipientversion USING gin (recipients_words(name)) WITH (fastupdate = off);
