-- What a payment costs: the rule of apps/pricing/fees.py once more, by which the database compares what payouts say.
--
-- The percentage is rounded half to even. Amounts times basis points leave the range of a bigint, so numeric it is.
CREATE FUNCTION pricing_fee(amount bigint, terms jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT least(greatest((terms ->> 'fixed')::bigint
                          + whole + CASE WHEN rest > 5000 OR (rest = 5000 AND whole % 2 = 1) THEN 1 ELSE 0 END,
                          (terms ->> 'minimum')::bigint),
                 (terms ->> 'maximum')::bigint)
      FROM (SELECT div(amount::numeric * (terms ->> 'basis_points')::integer, 10000)::bigint AS whole,
                   mod(amount::numeric * (terms ->> 'basis_points')::integer, 10000) AS rest) AS share
$$;
