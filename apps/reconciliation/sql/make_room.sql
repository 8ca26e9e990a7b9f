-- Free a place in an account's chain of statements for one that comes late: those from there on move on by one.
--
-- The runtime role adds statements and never changes one, so it asks for this with the rights of their owner. Nothing
-- but their numbers changes, and a place that was freed and not taken is a gap that the invariants find.
CREATE FUNCTION reconciliation_make_room(account uuid, place integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE reconciliation_statement SET number = number + 1 WHERE bank_account_id = account AND number >= place
$$;
