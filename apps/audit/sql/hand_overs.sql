-- Whoever took a payment file to the bank, or reported that the bank has it, does not decide about it by another account.
CREATE TRIGGER handover_taken_by_another_human AFTER UPDATE ON rails_handover
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL)
    EXECUTE FUNCTION audit_check_two_people('taken_by_id', 'decided_by_id');
CREATE TRIGGER handover_reported_by_another_human AFTER UPDATE ON rails_handover
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL AND NEW.reported_by_id IS NOT NULL)
    EXECUTE FUNCTION audit_check_two_people('reported_by_id', 'decided_by_id');
