-- What must never be false of the ledger, whoever writes to it.
--
-- The owner of these tables is not the role the product runs as. That role may read them and nothing else: it posts
-- through ledger_post() (post.sql), which runs with the owner's rights. The triggers below hold for the owner too.

-- A balance is one row that many postings update: room on its page keeps those updates out of the indexes.
ALTER TABLE ledger_account SET (fillfactor = 20);

-- Both accounts of a transfer carry the transfer's currency, so every transfer balances by construction.
ALTER TABLE ledger_transfer
    ADD CONSTRAINT ledger_transfer_journal
        FOREIGN KEY (journal_id) REFERENCES ledger_journal (id),
    ADD CONSTRAINT ledger_transfer_debit_currency
        FOREIGN KEY (debit_id, currency) REFERENCES ledger_account (id, currency),
    ADD CONSTRAINT ledger_transfer_credit_currency
        FOREIGN KEY (credit_id, currency) REFERENCES ledger_account (id, currency);

-- Journals and transfers are appended, never changed. A mistake is corrected by a contra journal.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Post a contra journal.';
END
$$;

CREATE TRIGGER ledger_journal_append_only BEFORE UPDATE OR DELETE ON ledger_journal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_journal_keep BEFORE TRUNCATE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_keep BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_keep BEFORE TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- An account starts empty and stays what it is; only the trigger on transfers moves its sums. A statement by hand
-- arrives here at trigger depth 1, that trigger's UPDATE at depth 2.
CREATE FUNCTION ledger_guard_account() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.debits = 0 AND NEW.credits = 0 THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
        AND (NEW.id, NEW.kind, NEW.holder, NEW.currency, NEW.normal) = (OLD.id, OLD.kind, OLD.holder, OLD.currency, OLD.normal)
        AND NEW.min_available IS NOT DISTINCT FROM OLD.min_available
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'balances change only by posting: % of ledger_account is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER ledger_account_guard BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_account();

-- The sums of an account follow its transfers in the same statement: once per account, in account id order, so that
-- two postings never wait for each other in a circle. An account that would fall below its floor refuses the whole
-- set and is named in the error's DETAIL.
CREATE FUNCTION ledger_apply_transfers() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    moved_ids bigint[];
    moved_debits numeric[];
    moved_credits numeric[];
    short jsonb;
BEGIN
    SELECT array_agg(moved.account ORDER BY moved.account),
           array_agg(moved.debits ORDER BY moved.account),
           array_agg(moved.credits ORDER BY moved.account)
      INTO moved_ids, moved_debits, moved_credits
      FROM (SELECT side.account, sum(side.debit) AS debits, sum(side.credit) AS credits
              FROM (SELECT added.debit_id AS account, added.amount AS debit, 0 AS credit FROM added
                    UNION ALL
                    SELECT added.credit_id, 0, added.amount FROM added) AS side
             GROUP BY side.account) AS moved;

    PERFORM FROM ledger_account AS account WHERE account.id = ANY (moved_ids) ORDER BY account.id FOR NO KEY UPDATE;

    SELECT jsonb_agg(jsonb_build_object('kind', account.kind, 'holder', account.holder, 'currency', account.currency,
                                        'available', account.available, 'change', moved.change) ORDER BY account.id)
      INTO short
      FROM ledger_account AS account
      JOIN (SELECT sums.id, sums.debits - sums.credits AS growth
              FROM unnest(moved_ids, moved_debits, moved_credits) AS sums (id, debits, credits)) AS step USING (id)
     CROSS JOIN LATERAL (SELECT CASE account.normal WHEN 'debit' THEN step.growth ELSE -step.growth END) AS moved (change)
     WHERE account.available + moved.change < account.min_available;
    IF short IS NOT NULL THEN
        RAISE EXCEPTION 'insufficient funds' USING ERRCODE = 'PP001', DETAIL = short::text;
    END IF;

    UPDATE ledger_account AS account
       SET debits = account.debits + moved.debits,
           credits = account.credits + moved.credits
      FROM unnest(moved_ids, moved_debits, moved_credits) AS moved (id, debits, credits)
     WHERE account.id = moved.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_transfer_apply AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply_transfers();

-- Two entries per transfer, for auditors and exports: debits positive, credits negative, so any currency sums to zero.
CREATE VIEW ledger_entry AS
    SELECT transfer.id * 2 + side.number AS id,
           transfer.id AS transfer_id,
           journal.id AS journal_id,
           transfer.leg,
           CASE side.number WHEN 0 THEN transfer.debit_id ELSE transfer.credit_id END AS account_id,
           CASE side.number WHEN 0 THEN 'debit' ELSE 'credit' END AS side,
           transfer.currency,
           CASE side.number WHEN 0 THEN transfer.amount ELSE -transfer.amount END AS amount,
           journal.moment,
           journal.reference,
           journal.subject,
           journal.value_on,
           journal.booked_on,
           journal.posted_at
      FROM ledger_transfer AS transfer
      JOIN ledger_journal AS journal ON journal.id = transfer.journal_id
     CROSS JOIN (VALUES (0), (1)) AS side (number);
