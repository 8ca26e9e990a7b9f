-- One part of a line may be several things, and several parts one thing, if two people have said so of each share, and all
-- of it is exact: whoever writes to the tables.

ALTER TABLE reconciliation_match ALTER place SET DEFAULT 1, ALTER piece SET DEFAULT 1;
ALTER TABLE reconciliation_proposal ALTER shape SET DEFAULT 'one';

-- A proposal says what it said when it was made, is decided once, and stays. A group is more than its first part, and an
-- undo names one match: what was matched together with it ends with it.
CREATE OR REPLACE FUNCTION reconciliation_guard_proposal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed'
           OR NOT EXISTS (SELECT FROM reconciliation_linepart
                           WHERE id = NEW.part_id AND line_id = NEW.line_id
                             AND CASE NEW.shape WHEN 'group' THEN amount < NEW.amount ELSE amount = NEW.amount END)
           OR (NEW.undoes_id IS NOT NULL
               AND (NEW.shape <> 'one'
                    OR NOT EXISTS (SELECT FROM reconciliation_match
                                    WHERE id = NEW.undoes_id AND part_id = NEW.part_id AND kind = NEW.kind)))
        THEN
            RAISE EXCEPTION 'a proposal begins as one, about a part of a line as a whole'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'proposed'
       OR (NEW.id, NEW.line_id, NEW.part_id, NEW.undoes_id, NEW.shape, NEW.kind, NEW.target, NEW.amount, NEW.reason,
           NEW.shown, NEW.basis, NEW.proposed_by_id, NEW.proposed_at)
          IS DISTINCT FROM
          (OLD.id, OLD.line_id, OLD.part_id, OLD.undoes_id, OLD.shape, OLD.kind, OLD.target, OLD.amount, OLD.reason,
           OLD.shown, OLD.basis, OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'a proposal is decided once, and never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

-- Shares come together with their proposal, and sum to it: those of a split are of its part, those of a group are whole parts
-- of one account, currency and direction, and name what the group names.
CREATE FUNCTION reconciliation_check_shares() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT said.id INTO wrong
      FROM (SELECT DISTINCT proposal_id FROM added) AS touched
      JOIN reconciliation_proposal AS said ON said.id = touched.proposal_id
      JOIN reconciliation_share AS share ON share.proposal_id = said.id
      JOIN reconciliation_linepart AS part ON part.id = share.part_id
      JOIN reconciliation_statementline AS line ON line.id = part.line_id
     GROUP BY said.id
    HAVING said.status <> 'proposed' OR said.undoes_id IS NOT NULL OR said.shape NOT IN ('split', 'group')
        OR count(*) < 2 OR sum(share.amount) <> said.amount OR NOT bool_or(share.part_id = said.part_id)
        OR (said.shape = 'split' AND NOT bool_and(share.part_id = said.part_id))
        OR (said.shape = 'group'
            AND NOT (bool_and(share.amount = part.amount AND share.kind = said.kind
                              AND share.target IS NOT DISTINCT FROM said.target
                              AND share.kind IN ('payout', 'batch', 'return'))
                     AND count(DISTINCT share.part_id) = count(*)
                     AND count(DISTINCT (line.bank_account_id, line.currency, line.sign)) = 1))
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the shares of proposal % are not what it proposes', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_are_the_proposal';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER shares_are_the_proposal AFTER INSERT ON reconciliation_share
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_shares();

-- Whether two people have said of a part what a match says of it.
CREATE FUNCTION reconciliation_says(said reconciliation_proposal, made reconciliation_match) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT said.status = 'confirmed' AND said.undoes_id IS NULL
       AND CASE WHEN said.shape = 'one' THEN
                    said.part_id = made.part_id AND said.kind = made.kind AND made.place = 1 AND made.piece = 1
                    AND said.target IS NOT DISTINCT FROM reconciliation_target(made)
                ELSE EXISTS (SELECT FROM reconciliation_share AS share
                              WHERE share.proposal_id = said.id AND share.part_id = made.part_id AND share.kind = made.kind
                                AND share.target IS NOT DISTINCT FROM reconciliation_target(made))
           END
$$;

CREATE OR REPLACE FUNCTION reconciliation_check_made_by_two() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT added.id INTO wrong
      FROM added
      JOIN reconciliation_match AS made ON made.id = added.id
     WHERE NOT added.automatic
       AND NOT (CASE WHEN made.proposal_id IS NULL THEN reconciliation_is_proven(made)
                     ELSE EXISTS (SELECT FROM reconciliation_proposal AS said
                                   WHERE said.id = made.proposal_id AND reconciliation_says(said, made))
                          AND NOT EXISTS (SELECT FROM reconciliation_match AS former
                                           WHERE former.proposal_id = made.proposal_id
                                             AND former.undone_at IS NOT NULL)
                END)
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'match % has neither evidence nor a second person', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_made_by_two';
    END IF;
    RETURN NULL;
END
$$;

-- When its transaction ends, a split or a group that was confirmed is matched as a whole: each share by exactly its amount.
-- Matches that were undone since count too: none is added to a proposal of which one was undone.
CREATE FUNCTION reconciliation_check_together() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM reconciliation_share WHERE proposal_id = NEW.id)
       OR EXISTS (SELECT FROM reconciliation_share AS share
                    LEFT JOIN (SELECT part_id, kind, reconciliation_target(made) AS target, amount
                                 FROM reconciliation_match AS made WHERE made.proposal_id = NEW.id) AS made
                           ON made.part_id = share.part_id AND made.kind = share.kind
                          AND made.target IS NOT DISTINCT FROM share.target
                   WHERE share.proposal_id = NEW.id
                   GROUP BY share.id, share.amount
                  HAVING coalesce(sum(made.amount), 0) <> share.amount)
    THEN
        RAISE EXCEPTION 'proposal % is confirmed, and not matched as it says', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_matched_as_a_whole';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER proposal_matched_as_a_whole AFTER UPDATE ON reconciliation_proposal
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.shape <> 'one' AND NEW.status = 'confirmed')
    EXECUTE FUNCTION reconciliation_check_together();

-- What is expected, and what came back, is matched by exactly its amount, by one match or by the pieces that one proposal
-- names, counted from 1. Once per statement; a first piece of the right amount is passed over at once, since no other can be
-- live beside it.
CREATE FUNCTION reconciliation_check_exact() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT expected.id INTO wrong
      FROM (SELECT DISTINCT expected.id, expected.amount
              FROM added
              JOIN reconciliation_expectation AS expected ON expected.id = added.expectation_id
             WHERE added.amount <> expected.amount OR added.piece > 1) AS expected
      JOIN reconciliation_match AS match ON match.expectation_id = expected.id AND match.undone_at IS NULL
     GROUP BY expected.id, expected.amount
    HAVING sum(match.amount) <> expected.amount OR count(DISTINCT match.proposal_id) <> 1 OR min(match.piece) > 1
     LIMIT 1;
    IF wrong IS NULL THEN
        SELECT back.id INTO wrong
          FROM (SELECT DISTINCT payout.id, payout.net
                  FROM added
                  JOIN payouts_payout AS payout ON payout.id = added.payout_id
                 WHERE added.kind = 'return' AND (added.amount <> payout.net OR added.piece > 1)) AS back
          JOIN reconciliation_match AS match
            ON match.payout_id = back.id AND match.kind = 'return' AND match.undone_at IS NULL
         GROUP BY back.id, back.net
        HAVING sum(match.amount) <> back.net OR count(DISTINCT match.proposal_id) <> 1 OR min(match.piece) > 1
         LIMIT 1;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '% is not matched by exactly its amount', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_is_exact';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER match_is_exact AFTER INSERT ON reconciliation_match
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_exact();

-- What was matched together ends together, in one statement: the proposal to undo it names the first of its matches.
CREATE OR REPLACE FUNCTION reconciliation_check_undone_by_two() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT ended.id INTO wrong
      FROM ended
     WHERE ended.kind <> 'suspense'
       AND ended.undone_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM reconciliation_proposal AS said
                         JOIN ended AS named ON named.id = said.undoes_id
                        WHERE said.status = 'confirmed'
                          AND (said.part_id = ended.part_id OR named.proposal_id = ended.proposal_id))
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'match % is undone without a second person', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_undone_by_two';
    END IF;
    SELECT still.id INTO wrong
      FROM (SELECT DISTINCT proposal_id FROM ended WHERE undone_at IS NOT NULL AND proposal_id IS NOT NULL) AS touched
      JOIN reconciliation_match AS still ON still.proposal_id = touched.proposal_id AND still.undone_at IS NULL
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'match % was made together with what is undone, and ends with it', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_undone_together';
    END IF;
    RETURN NULL;
END
$$;
