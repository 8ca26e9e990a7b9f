-- By hand, money moves on a statement by evidence or by two people, whoever writes to the tables.
--
-- A match that a person made rests on a reference of ours that agrees, or on a proposal that a second person has
-- confirmed; and no match but suspense ends without one. Rules that match by themselves are not looked at here.

-- A proposal says what it said when it was made, is decided once, and stays.
CREATE FUNCTION reconciliation_guard_proposal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed'
           OR NOT EXISTS (SELECT FROM reconciliation_linepart
                           WHERE id = NEW.part_id AND line_id = NEW.line_id AND amount = NEW.amount)
           OR (NEW.undoes_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM reconciliation_match
                                WHERE id = NEW.undoes_id AND part_id = NEW.part_id AND kind = NEW.kind))
        THEN
            RAISE EXCEPTION 'a proposal begins as one, about a part of a line as a whole'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'proposed'
       OR (NEW.id, NEW.line_id, NEW.part_id, NEW.undoes_id, NEW.kind, NEW.target, NEW.amount, NEW.reason, NEW.shown,
           NEW.basis, NEW.proposed_by_id, NEW.proposed_at)
          IS DISTINCT FROM
          (OLD.id, OLD.line_id, OLD.part_id, OLD.undoes_id, OLD.kind, OLD.target, OLD.amount, OLD.reason, OLD.shown,
           OLD.basis, OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'a proposal is decided once, and never changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER proposal_guard BEFORE INSERT OR UPDATE ON reconciliation_proposal
    FOR EACH ROW EXECUTE FUNCTION reconciliation_guard_proposal();
CREATE TRIGGER proposal_keep BEFORE DELETE ON reconciliation_proposal
    FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_delete();

-- What a match is, as proposals name it: the payout, file, platform or conflict.
CREATE FUNCTION reconciliation_target(made reconciliation_match) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT CASE made.kind
               WHEN 'batch' THEN (SELECT file_id FROM reconciliation_expectation WHERE id = made.expectation_id)
               WHEN 'funding' THEN made.partner_id
               WHEN 'extra' THEN made.conflict_id
               WHEN 'repaid' THEN made.conflict_id
               ELSE made.payout_id
           END
$$;

-- Whether a match rests on evidence: the one reference of ours in the part is the payout's, or the line names the file;
-- the bank takes nothing back by a debit; and no two people have taken this pair apart before. That the amount agrees is
-- checked for every match. What came back of a payout with a conflict that was open when it was matched, or that ended
-- with the money gone, is never proven: no reference tells which of the payments it is.
CREATE FUNCTION reconciliation_is_proven(made reconciliation_match) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN made.kind IN ('payout', 'return', 'extra') THEN
                    EXISTS (SELECT FROM reconciliation_linepart AS part
                              JOIN reconciliation_statementline AS line ON line.id = part.line_id
                              JOIN payouts_payout AS payout ON payout.end_to_end_id = part.payout_reference
                             WHERE part.id = made.part_id AND part.payout_reference > '' AND payout.id = made.payout_id
                               AND (made.kind <> 'payout' OR NOT line.reversal AND NOT part.is_return))
                WHEN made.kind = 'batch' THEN
                    EXISTS (SELECT FROM reconciliation_linepart AS part
                              JOIN reconciliation_statementline AS line ON line.id = part.line_id
                              JOIN reconciliation_expectation AS expected ON expected.id = made.expectation_id
                              JOIN rails_paymentfile AS file ON file.id = expected.file_id
                             WHERE part.id = made.part_id AND NOT line.reversal
                               AND EXISTS (SELECT FROM unnest(ARRAY[line.message_id, part.message_id,
                                                                    line.payment_information_id,
                                                                    part.payment_information_id]) AS name
                                            WHERE starts_with(name, file.message_id)))
                ELSE false
           END
       AND NOT (made.kind = 'return'
                AND EXISTS (SELECT FROM payouts_conflict AS conflict
                             WHERE conflict.payout_id = made.payout_id AND conflict.opened_at <= made.matched_at
                               AND (conflict.closed_at IS NULL OR conflict.closed_at > made.matched_at
                                    OR conflict.outcome = 'paid_after_all')))
       AND NOT EXISTS (SELECT FROM reconciliation_match AS rejected
                        WHERE rejected.part_id = made.part_id AND rejected.payout_id = made.payout_id
                          AND rejected.kind = made.kind AND rejected.undone_at IS NOT NULL)
$$;

-- Once per statement. What rules matched is passed over at once, so imports pay for reading one column of their rows.
CREATE FUNCTION reconciliation_check_made_by_two() RETURNS trigger
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
                                   WHERE said.id = made.proposal_id AND said.status = 'confirmed'
                                     AND said.undoes_id IS NULL AND said.part_id = made.part_id
                                     AND said.kind = made.kind
                                     AND said.target IS NOT DISTINCT FROM reconciliation_target(made))
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

CREATE TRIGGER match_made_by_two AFTER INSERT ON reconciliation_match
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_made_by_two();

-- The matches of a batch end together, in one statement: the proposal names the first of them.
CREATE FUNCTION reconciliation_check_undone_by_two() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT ended.id INTO wrong
      FROM ended
     WHERE ended.kind <> 'suspense'
       AND ended.undone_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM reconciliation_proposal AS said
                        WHERE said.part_id = ended.part_id AND said.status = 'confirmed'
                          AND said.undoes_id IN (SELECT id FROM ended AS together))
     LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'match % is undone without a second person', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'match_undone_by_two';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER match_undone_by_two AFTER UPDATE ON reconciliation_match
    REFERENCING NEW TABLE AS ended
    FOR EACH STATEMENT EXECUTE FUNCTION reconciliation_check_undone_by_two();

-- Of a match, its proposal cannot be changed either.
CREATE FUNCTION reconciliation_keep_proposal() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a match is undone, never changed' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER match_keep_proposal BEFORE UPDATE OF proposal_id ON reconciliation_match
    FOR EACH ROW WHEN (NEW.proposal_id IS DISTINCT FROM OLD.proposal_id)
    EXECUTE FUNCTION reconciliation_keep_proposal();
