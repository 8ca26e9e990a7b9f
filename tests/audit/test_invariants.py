"""
Each invariant is broken on purpose, by the owner of the tables with every guard off, and must be seen.

One road is driven once for all: a payout paid, one returned, one with the bank, one of each that still waits, a day
closed, a match undone. Every test breaks one thing and rolls it back.
"""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from apps.audit import invariants as checks
from apps.audit.invariants import file_violations, invariants, violations, violations_at_scale, violations_soonest
from apps.core.ids import encode, uuid7
from apps.payouts.models import Payout, Plan
from apps.payouts.operations import (
    QuoteDraft,
    approve_payouts,
    commit_plan,
    commit_plans,
    create_batch,
    create_payouts,
    create_plan,
    create_quote,
    read_plans,
)
from apps.rails.models import PaymentFile
from apps.reconciliation.models import Match, StatementLine
from apps.reconciliation.operations import Choice, close_day
from tests import database, factories
from tests.clocks import advance
from tests.matching import group_lines, match_line, split_line, undo_match
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import Bank, bring_to_bank


@pytest.fixture(scope="module")
def road(django_db_setup, django_db_blocker, tmp_path_factory):
    """The committed rows of everything that can be broken; a fresh database afterwards."""
    folder = django_settings.BANK_FOLDER
    django_settings.BANK_FOLDER = tmp_path_factory.mktemp("bank")
    with django_db_blocker.unblock():
        drive(tmp_path_factory.mktemp("lists"))
        yield
        database.clone()
    django_settings.BANK_FOLDER = folder


def drive(folder):
    factories.watchlist(folder)
    approver, treasurer = factories.person("approver"), factories.person("treasurer")
    account, platform = factories.bank_account(), factories.partner()
    factories.policy((100_00, 0), (None, 1), platform=platform)
    factories.fund(platform, account, 10_000_00)
    factories.fees(platform=platform, fixed=20, basis_points=15)
    key, _ = factories.key_of(platform)

    drafts = [factories.payout_draft(amount=amount) for amount in (500_00, 20_00, 30_00, 5_00, 6_00, 8_00)]
    quote = create_quote(platform.pk, QuoteDraft(30_00, "EUR", country="DE"), by=key)
    drafts[2] = replace(drafts[2], quote=quote.pk)
    _, payouts = create_batch(platform.pk, "March", drafts, by=key)
    approve_payouts([payouts[0].pk], by=approver, digests={payouts[0].pk: payouts[0].digest})
    bring_to_bank(payouts, account)
    paid, returned, _with_the_bank, *together = payouts

    bank = Bank(account)
    first = account.business_today()
    bank.state_notified()
    close_day(account.pk, first, by=treasurer)
    advance(account, timedelta(days=1))
    bank.state(
        Ntry(-500_00, [Tx(500_00, paid.end_to_end_id)]),
        Ntry(-20_00, [Tx(20_00, returned.end_to_end_id)]),
        Ntry(20_00, [Tx(20_00, returned.end_to_end_id, role="Dbtr", ret="AC04")]),
        Ntry(7_00, text="who?"),
        Ntry(-1_00, text="what?"),
        *[Ntry(-amount, text="which?") for amount in (11_00, 3_50, 4_50)],
    )
    match_line(StatementLine.objects.open().get(amount=1_00).pk, Choice("fee"), by=treasurer)
    undo_match(Match.objects.get(kind="fee").pk, by=treasurer, reason="Not a fee after all")
    match_together(together, treasurer)

    payee = f"individual,Ada Quill,DE,{factories.iban()}"
    content = f"reference,amount,currency,kind,name,country,iban\nPLANNED-1,15.00,EUR,{payee}\n"
    plan = create_plan(platform.pk, "April", BytesIO(content.encode()), by=key)
    read_plans()
    commit_plan(plan.pk, by=key, plan_hash=Plan.objects.get().plan_hash, mode="valid_rows")
    commit_plans()

    waiting = [
        factories.payout_draft(amount=40_00, reference='Zürich 4/2 "ß" \\ 中'),
        factories.payout_draft(amount=600_00),
        factories.payout_draft(amount=50_00, recipient=factories.recipient_draft(factories.LISTED)),
    ]
    create_payouts(platform.pk, waiting, by=key)
    create_payouts(platform.pk, [factories.payout_draft(amount=90_000_00)], by=key)
    create_payouts(platform.pk, [factories.payout_draft(1_00, paid.recipient_id)], by=key)
    states = set(Payout.objects.values_list("status", flat=True))
    assert states == {"paid", "returned", "sent", "scheduled", "awaiting_approval", "in_review"}


def match_together(payouts, treasurer):
    """Let a line be two payouts, and two lines one; and take back a split that was wrong."""
    first, second, third = (Choice("payout", payout.pk) for payout in payouts)
    whole, *parts = StatementLine.objects.open().filter(amount__in=[11_00, 3_50, 4_50]).order_by("position")
    group_lines(parts, third, by=treasurer)
    split_line(whole.pk, [first, second], by=treasurer)
    undo_match(Match.objects.filter(line=whole, undone_at=None).first().pk, by=treasurer, reason="Another two")
    split_line(whole.pk, [first, second], by=treasurer)


@contextmanager
def broken(*statements):
    """Run the statements as the owner, with triggers, checks and unique indexes off, for the length of a block."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in statements:
            table = statement.split()[2 if statement.startswith(("INSERT", "DELETE")) else 1]
            guards_off(cursor, table)
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, f"breaks nothing: {statement}"
        yield
        transaction.set_rollback(True, using="owner")


def guards_off(cursor, table):
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(
        "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) || ' CASCADE'"
        "  FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u')"
        " UNION ALL SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index"
        " WHERE indrelid = %s::regclass AND indisunique"
        "   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table, table],
    )
    for (command,) in cursor.fetchall():
        cursor.execute(command)


NEW = uuid7()

BREAKAGES = {
    "files_by_hand_are_by_two": [
        "INSERT INTO rails_handover (id, file_id, status, reason, taken_by_id, taken_at, channel, bank_reference,"  # noqa: S608
        " document_name, content_type, sha256, decided_reason)"
        f" SELECT '{NEW}', file.id, 'taken', 'x', person.id, now(), '', '', '', '', '', ''"
        " FROM rails_paymentfile AS file, users_user AS person LIMIT 1"
    ],
    "write_offs_are_small_and_by_two_roles": ["UPDATE reconciliation_match SET kind = 'writeoff' WHERE kind = 'fee'"],
    "ledger_balances_are_sums": ["UPDATE ledger_account SET credits = credits + 1 WHERE kind = 'funds'"],
    "ledger_balances_above_floor": ["UPDATE ledger_account SET debits = credits + 1 WHERE kind = 'funds'"],
    "ledger_sums_to_zero": ["UPDATE ledger_account SET debits = debits + 1 WHERE kind = 'bank'"],
    "ledger_journals_are_whole": [
        "INSERT INTO ledger_journal (id, moment, reference, subject, value_on, posted_at, details)"
        f" VALUES ('{NEW}', 'x', 'y', '', '2026-03-31', now(), '{{}}')"
    ],
    "ledger_contras_are_exact": [
        "UPDATE ledger_transfer SET amount = amount + 1"
        " WHERE journal_id IN (SELECT id FROM ledger_journal WHERE reverses_id IS NOT NULL)"
    ],
    "events_have_no_gaps": [
        "UPDATE events_event SET sequence = sequence + 1 WHERE id = (SELECT max(id) FROM events_event)"
    ],
    "approvals_are_counted": ["UPDATE approvals_request SET status = 'approved' WHERE status = 'open'"],
    "approvals_are_by_allowed_people": [
        "UPDATE approvals_request SET excluded = (SELECT array_agg(person_id) FROM approvals_decision)"
    ],
    "approvals_count_what_came_before": ["UPDATE approvals_request SET amount_before = 0, parts = '{}'"],
    "approvals_follow_their_policy": ["UPDATE approvals_request SET required = required + 1"],
    "settings_are_published_by_two": [
        "UPDATE approvals_settingversion SET author_id = (SELECT id FROM users_user WHERE kind = 'person' LIMIT 1)"
    ],
    "payouts_are_approved_before_they_leave": [
        "DELETE FROM approvals_decision",
        "UPDATE approvals_request SET status = 'open', approvals = 0 WHERE required > 0",
    ],
    "payouts_are_what_was_approved": ["UPDATE payouts_payout SET reference = 'other' WHERE status = 'scheduled'"],
    "payouts_are_screened_before_they_leave": ["UPDATE payouts_payout SET screening_id = NULL WHERE status = 'paid'"],
    "payouts_have_one_live_attempt": ["UPDATE payouts_attempt SET status = 'refused' WHERE status = 'settled'"],
    "payouts_tell_every_change": ["UPDATE payouts_payout SET status = 'in_doubt' WHERE status = 'sent'"],
    "payouts_wait_for_something": ["UPDATE approvals_request SET status = 'void' WHERE status = 'open'"],
    "payouts_hold_the_money_they_say": ["UPDATE payouts_payout SET status = 'cancelled' WHERE status = 'scheduled'"],
    "payouts_reserved_is_in_the_ledger": ["UPDATE payouts_payout SET funding = 'none' WHERE status = 'scheduled'"],
    "payouts_in_clearing_are_in_the_ledger": ["UPDATE payouts_payout SET funding = 'settled' WHERE status = 'sent'"],
    "payouts_each_hold_their_own_money": ["UPDATE ledger_journal SET subject = '' WHERE moment = 'payout.submitted'"],
    "fees_pending_are_in_the_ledger": ["UPDATE payouts_payout SET funding = 'settled' WHERE status = 'sent'"],
    "fees_earned_are_in_the_ledger": ["UPDATE payouts_payout SET status = 'sent' WHERE status = 'paid'"],
    "quotes_are_kept": ["UPDATE payouts_payout SET amount = amount + 1 WHERE quote_id IS NOT NULL"],
    "fees_are_what_their_schedule_says": ["UPDATE payouts_payout SET fee = fee + 1"],
    "returned_money_is_credited": ["UPDATE ledger_account SET credits = credits + 1 WHERE kind = 'returned'"],
    "conflicts_are_charged_once": [
        "UPDATE ledger_journal SET moment = 'payout.charged' WHERE moment = 'payout.submitted'"
    ],
    "conflicts_are_decided_by_two": [
        "UPDATE events_event SET type = 'payout.conflict_opened' WHERE type = 'payout.sent'"
    ],
    "plans_make_what_they_say": ["UPDATE payouts_planrow SET amount = amount + 1"],
    "batches_are_whole": ["UPDATE payouts_batch SET count = count + 1"],
    "files_hold_their_attempts": ["UPDATE rails_paymentfile SET control_sum = control_sum + 1"],
    "attempts_left_with_their_file": ["UPDATE rails_paymentfile SET handed_over_at = NULL"],
    "bank_is_what_statements_say": [
        "UPDATE ledger_account SET debits = debits + 1 WHERE kind = 'bank'",
    ],
    "statements_are_a_chain": ["UPDATE reconciliation_statement SET number = number + 1 WHERE number = 2"],
    "statements_are_their_lines": [
        "UPDATE reconciliation_statement SET credits = credits + 1, closing = closing + 1 WHERE number = 2"
    ],
    "lines_are_their_parts": ["UPDATE reconciliation_linepart SET amount = amount + 1"],
    "lines_know_what_is_open": ["UPDATE reconciliation_statementline SET state = 'matched' WHERE state = 'unmatched'"],
    "matches_are_unique": ["UPDATE reconciliation_match SET part_id = (SELECT min(part_id) FROM reconciliation_match)"],
    "matches_together_are_whole": [
        "UPDATE reconciliation_match SET undone_at = now() WHERE place > 1 AND undone_at IS NULL"
    ],
    "matches_by_hand_are_by_two": [
        "UPDATE reconciliation_proposal SET decided_by_id = proposed_by_id WHERE status = 'confirmed'"
    ],
    "matches_are_in_the_ledger": ["UPDATE reconciliation_match SET undone_at = now() WHERE kind = 'funding'"],
    "suspense_is_what_is_open": [
        "UPDATE reconciliation_match SET undone_at = now() WHERE kind = 'suspense' AND undone_at IS NULL"
    ],
    "payouts_are_paid_by_evidence": ["UPDATE reconciliation_match SET undone_at = now() WHERE kind = 'return'"],
    "expectations_follow_their_attempts": ["UPDATE reconciliation_expectation SET state = 'open' WHERE state = 'met'"],
    "payouts_are_found_by_somebody": ["UPDATE rails_bankaccount SET status = 'closed'"],
    "payouts_are_asked_for_once": ["UPDATE payouts_payout SET reference = 'same'"],
    "payouts_move_along_edges": [
        "UPDATE events_event SET data = jsonb_set(data, '{status}', '\"expired\"') WHERE type = 'payout.sent'"
    ],
    "rows_stay_with_their_platform": ["UPDATE payouts_batch SET partner_id = gen_random_uuid()"],
    "webhooks_tell_every_event": [
        "INSERT INTO events_endpoint (id, partner_id, url, description, event_types, status, status_reason,"
        " secret_ciphertext, created_at, updated_at) SELECT gen_random_uuid(), id, 'https://example.test', '', '{*}',"
        " 'active', '', '', '2026-01-01', '2026-01-01' FROM partners_partner"
    ],
    "changed_accounts_are_confirmed_by_two": ["UPDATE recipients_payoutmethodversion SET number = 2"],
    "reviews_are_cleared_by_two": ["UPDATE compliance_review SET status = 'cleared'"],
    "closed_days_are_clean": ["UPDATE reconciliation_dayclose SET balance = balance + 1"],
}


def test_every_invariant_is_broken_here():
    assert set(BREAKAGES) == set(invariants())


def test_all_hold_on_a_road_driven_well(road):
    assert violations() == []
    assert file_violations() == []


@pytest.mark.parametrize("code", sorted(BREAKAGES))
def test_broken_invariant_is_seen(road, code):
    with broken(*BREAKAGES[code]):
        seen = {violation.code: violation for violation in violations("owner")}
    assert code in seen
    assert str(seen[code]).startswith(f"{code}: {invariants()[code].title}. ")
    assert violations("owner") == []


@pytest.mark.parametrize("done", ["automatic = false, matched_at", "undone_at"])
def test_what_one_person_did_before_it_took_two_was_right_then(road, done):
    for moment, is_seen in (("now()", True), ("'2026-01-01'", False)):
        with broken(f"UPDATE reconciliation_match SET {done} = {moment} WHERE kind = 'funding'"):
            seen = {violation.code for violation in violations("owner")}
        assert ("matches_by_hand_are_by_two" in seen) is is_seen


def test_two_sessions_see_what_one_statement_sees(road):
    """An endpoint that was told of nothing is written and taken away again: what is not committed, one session sees alone."""
    with connection.cursor() as cursor:
        cursor.execute(BREAKAGES["webhooks_tell_every_event"][0])
        try:
            found = violations_at_scale()
            assert [violation.code for violation in found] == sorted(violation.code for violation in violations())
        finally:
            cursor.execute("DELETE FROM events_endpoint")
    assert {violation.code for violation in found} == {"webhooks_tell_every_event"}
    assert violations_at_scale() == []


@pytest.mark.parametrize(("many", "way"), [(0, "violations_at_scale"), (50_000, "violations")])
def test_two_sessions_check_where_there_are_many_rows(road, monkeypatch, many, way):
    taken = []
    for name in ("violations_at_scale", "violations"):
        monkeypatch.setattr(checks, name, lambda using, name=name: taken.append(name))
    monkeypatch.setattr(checks, "MANY_TRANSFERS", many)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE ledger_transfer")
    violations_soonest()
    assert taken == [way]


def test_the_session_that_keeps_the_moment_is_not_ended_while_it_waits(road):
    with checks._moment("default"), connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("0",)


def test_payment_file_whose_bytes_were_exchanged_is_seen(road):
    with transaction.atomic(using="owner"):
        file = PaymentFile.objects.using("owner").defer(None).get()
        file.write_content(file.read_content().replace(b"EUR", b"USD"))
        with connections["owner"].cursor() as cursor:
            guards_off(cursor, "rails_paymentfile")
        file.save(using="owner", update_fields=["content"])
        found = file_violations("owner")
        transaction.set_rollback(True, using="owner")
    assert [violation.row["message_id"] for violation in found] == [file.message_id]


def test_public_ids_of_the_database_are_those_of_the_code(road):
    with connection.cursor() as cursor:
        for number in [NEW, uuid7(), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]:
            cursor.execute("SELECT audit_public_id('po', %s::uuid), %s::uuid", [str(number), str(number)])
            text, value = cursor.fetchone()
            assert text == encode("po", value)


def test_command_says_that_all_hold(road):
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == f"All {len(BREAKAGES) + 1} invariants hold.\n"


def test_command_prints_what_does_not_hold_and_fails(road):
    out = StringIO()
    with broken(*BREAKAGES["batches_are_whole"]), pytest.raises(CommandError, match="1 invariants do not hold"):
        call_command("check_invariants", database="owner", stdout=out)
    assert out.getvalue().startswith("batches_are_whole: A batch holds the payouts and the sums it was sent with. id=")


def test_command_lists_what_it_checks():
    out = StringIO()
    call_command("check_invariants", "--list", stdout=out)
    assert len(out.getvalue().splitlines()) == len(BREAKAGES)
    assert "The trial balance is zero in every currency" in out.getvalue()
