-- The only ways to write to the ledger. Both functions run with the owner's rights, so the role the product runs as
-- needs no right to write to the tables. `pg_temp` stands last in the search path, so that no temporary table of the
-- caller can take the place of a table of the ledger.

-- Lock accounts and return them in the order asked; open those that do not exist yet.
--
-- accounts: [{"kind", "holder", "currency", "normal", "min_available"}, …], each account once.
--
-- Existing accounts are locked first and in id order, missing ones are opened after that and in key order: two
-- callers that want the same accounts never wait for each other in a circle.
CREATE FUNCTION ledger_lock(accounts jsonb)
RETURNS TABLE (place bigint, account_id bigint, available bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    locked bigint;
BEGIN
    LOOP
        PERFORM FROM ledger_account AS account
           JOIN jsonb_to_recordset(accounts) AS asked (kind text, holder text, currency text)
             ON account.kind = asked.kind AND account.holder = asked.holder AND account.currency = asked.currency
          ORDER BY account.id
            FOR NO KEY UPDATE OF account;
        GET DIAGNOSTICS locked = ROW_COUNT;
        EXIT WHEN locked = jsonb_array_length(accounts);

        INSERT INTO ledger_account (kind, holder, currency, normal, min_available, debits, credits)
        SELECT asked.kind, asked.holder, asked.currency, asked.normal, asked.min_available, 0, 0
          FROM jsonb_to_recordset(accounts)
               AS asked (kind text, holder text, currency text, normal text, min_available bigint)
         WHERE NOT EXISTS (SELECT FROM ledger_account AS account
                            WHERE account.kind = asked.kind
                              AND account.holder = asked.holder
                              AND account.currency = asked.currency)
         ORDER BY asked.kind, asked.holder, asked.currency
            ON CONFLICT (kind, holder, currency) DO NOTHING;
    END LOOP;

    RETURN QUERY
        SELECT asked.place, account.id, account.available
          FROM ROWS FROM (jsonb_to_recordset(accounts) AS (kind text, holder text, currency text))
               WITH ORDINALITY AS asked (kind, holder, currency, place)
          JOIN ledger_account AS account
            ON account.kind = asked.kind AND account.holder = asked.holder AND account.currency = asked.currency
         ORDER BY asked.place;
END
$$;

-- Post a whole set of journals: the same few statements for one as for ten thousand.
--
-- accounts:  as for ledger_lock.
-- journals:  [{"id", "moment", "reference", "subject", "value_on", "booked_on", "reverses", "details"}, …]
-- transfers: [{"journal", "leg", "debit", "credit", "currency", "amount"}, …]; debit and credit are places in
--            `accounts`, from 1.
--
-- Accounts are locked before anything is written, so `posted_at` and transfer ids of one account follow the order in
-- which its postings commit, and a running balance over them is exact.
CREATE FUNCTION ledger_post(accounts jsonb, journals jsonb, transfers jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account_ids bigint[];
    wrong text;
BEGIN
    SELECT coalesce(journal.id, transfer.journal)::text INTO wrong
      FROM jsonb_to_recordset(journals) AS journal (id uuid)
      FULL JOIN (SELECT DISTINCT given.journal FROM jsonb_to_recordset(transfers) AS given (journal uuid)) AS transfer
        ON transfer.journal = journal.id
     WHERE journal.id IS NULL OR transfer.journal IS NULL
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'journal % has no transfers, or transfers without their journal', wrong
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    SELECT array_agg(locked.account_id ORDER BY locked.place) INTO account_ids FROM ledger_lock(accounts) AS locked;

    INSERT INTO ledger_journal (id, moment, reference, subject, value_on, booked_on, posted_at, reverses_id, details)
    SELECT journal.id, journal.moment, journal.reference, journal.subject, journal.value_on, journal.booked_on,
           clock_timestamp(), journal.reverses, journal.details
      FROM jsonb_to_recordset(journals)
           AS journal (id uuid, moment text, reference text, subject text, value_on date, booked_on date,
                       reverses uuid, details jsonb);

    INSERT INTO ledger_transfer (journal_id, leg, debit_id, credit_id, currency, amount)
    SELECT transfer.journal, transfer.leg, account_ids[transfer.debit], account_ids[transfer.credit],
           transfer.currency, transfer.amount
      FROM jsonb_to_recordset(transfers)
           AS transfer (journal uuid, leg integer, debit integer, credit integer, currency text, amount bigint);

    -- A journal that reverses another is its exact contra: every transfer with its sides exchanged, nothing else.
    SELECT journal.moment || ' ' || journal.reference INTO wrong
      FROM jsonb_to_recordset(journals) AS journal (id uuid, moment text, reference text, reverses uuid)
     WHERE journal.reverses IS NOT NULL
       AND EXISTS (
            SELECT FROM (SELECT leg, debit_id, credit_id, currency, amount
                           FROM ledger_transfer WHERE journal_id = journal.id) AS contra
              FULL JOIN (SELECT leg, credit_id AS debit_id, debit_id AS credit_id, currency, amount
                           FROM ledger_transfer WHERE journal_id = journal.reverses) AS original
                  USING (leg, debit_id, credit_id, currency, amount)
             WHERE contra IS NULL OR original IS NULL)
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the journal % is not the exact contra of what it reverses', wrong
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;
