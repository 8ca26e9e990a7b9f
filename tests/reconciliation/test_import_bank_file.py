import pytest

from apps.core.errors import PermissionDenied
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.ledger.models import Journal
from apps.ledger.posting import AccountKey
from apps.ledger.queries import account_statement, balances
from apps.reconciliation.errors import CannotImport, StatementMissing
from apps.reconciliation.models import LinePart, Match, Statement, StatementFile, StatementLine
from apps.reconciliation.operations import import_bank_file
from tests.reconciliation.bank import Ntry, Tx, document, statement


def bank_balance(account):
    return balances(account.public_id).get("EUR", {}).get("bank", 0)


def suspense():
    return account_statement(AccountKey("suspense", "", "EUR")).closing


def codes(refusal):
    return [fault.code for fault in refusal.value.errors]


def nothing_imported(account, before=0):
    assert not Statement.objects.exists()
    assert not StatementLine.objects.exists()
    assert not StatementFile.objects.exists()
    assert bank_balance(account) == before


@pytest.fixture
def account(bank_account):
    """Our bank account, with nothing on it."""
    return bank_account


def test_every_booked_line_is_posted_so_ledger_and_statement_agree(account, iban, day, treasurer):
    data = statement(iban, [Ntry(5_00), Ntry(-7_25), Ntry(1_00, status="PDNG")], day=day)
    imported = import_bank_file(data, "a.xml", by=treasurer)

    assert (imported.new_lines, imported.already) == (3, False)
    [stored] = Statement.objects.all()
    assert (stored.number, stored.opening, stored.closing) == (1, 0, -2_25)
    assert (stored.credits, stored.debits, stored.lines_count, stored.closes_on) == (5_00, 7_25, 3, day)
    assert bank_balance(account) == -2_25
    assert suspense() == -2_25
    states = StatementLine.objects.order_by("position").values_list("status", "state", "sign", "amount")
    assert list(states) == [
        ("booked", "unmatched", "CRDT", 5_00),
        ("booked", "unmatched", "DBIT", 7_25),
        ("pending", "noted", "CRDT", 1_00),
    ]
    assert imported.file.read_content() == data
    [event] = Event.objects.filter(type="statement.imported")
    assert (event.subject, event.actor_id) == (stored.public_id, treasurer.actor_id)
    assert event.data["closing"] == "-2.25"


def test_what_was_there_before_the_first_statement_is_unidentified_money(account, iban, day):
    import_bank_file(statement(iban, opening=20_000_00, day=day), "a.xml", by=SYSTEM)
    assert bank_balance(account) == 20_000_00
    assert suspense() == 20_000_00


def test_same_bytes_again_change_nothing(account, iban, day):
    data = statement(iban, [Ntry(5_00)], day=day)
    import_bank_file(data, "a.xml", by=SYSTEM)
    journals, events = Journal.objects.count(), Event.objects.count()
    again = import_bank_file(data, "renamed.xml", by=SYSTEM)
    assert (again.already, again.new_lines) == (True, 0)
    assert [statement.statement_id for statement in again.statements] == ["STM-1"]
    assert (Journal.objects.count(), Event.objects.count()) == (journals, events)
    assert StatementLine.objects.count() == 1


def test_same_statement_id_with_other_bytes_is_refused(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00)], day=day), "a.xml", by=SYSTEM)
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(statement(iban, [Ntry(6_00)], day=day), "b.xml", by=SYSTEM)
    assert codes(refusal) == ["statement-id-reused"]
    assert StatementLine.objects.count() == 1
    assert bank_balance(account) == 5_00


def test_a_statement_opens_where_the_last_one_closed(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00)], day=day), "a.xml", by=SYSTEM)
    later = statement(iban, [Ntry(1_00)], opening=6_00, id="STM-3", day=day)
    with pytest.raises(StatementMissing) as refusal:
        import_bank_file(later, "c.xml", by=SYSTEM)
    assert codes(refusal) == ["opening-differs"]
    assert "6.00 EUR" in refusal.value.errors[0].detail
    assert Statement.objects.count() == 1

    import_bank_file(statement(iban, [Ntry(1_00)], opening=5_00, id="STM-2", day=day), "b.xml", by=SYSTEM)
    import_bank_file(later, "c.xml", by=SYSTEM)
    assert list(Statement.objects.order_by("number").values_list("number", "statement_id")) == [
        (1, "STM-1"),
        (2, "STM-2"),
        (3, "STM-3"),
    ]
    assert bank_balance(account) == 7_00


def test_equal_entries_are_two_lines(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00), Ntry(5_00)], day=day), "a.xml", by=SYSTEM)
    assert list(StatementLine.objects.order_by("position").values_list("occurrence", flat=True)) == [1, 2]
    assert suspense() == 10_00


def test_an_equal_entry_on_the_next_statement_is_another_line(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00)], day=day), "a.xml", by=SYSTEM)
    import_bank_file(statement(iban, [Ntry(5_00)], opening=5_00, id="STM-2", day=day), "b.xml", by=SYSTEM)
    assert list(StatementLine.objects.order_by("occurrence").values_list("occurrence", flat=True)) == [1, 2]
    assert bank_balance(account) == 10_00


def test_an_entry_with_a_known_bank_reference_is_not_booked_twice(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00, reference="R1"), Ntry(-5_00)], day=day), "a.xml", by=SYSTEM)
    with pytest.raises(CannotImport) as refusal:
        entries = [Ntry(5_00, reference="R1"), Ntry(-4_00), Ntry(-1_00)]
        import_bank_file(statement(iban, entries, id="STM-2", day=day), "b.xml", by=SYSTEM)
    assert codes(refusal) == ["line-known"]
    assert StatementLine.objects.count() == 2


def test_a_notified_entry_and_the_statements_entry_are_one_line(account, iban, day):
    notified = [
        Ntry(5_00, reference="R1", txs=[Tx(5_00, text="hello", role="Dbtr")]),
        Ntry(7_00, reference="R2"),
        Ntry(5_00, reference="R1"),
    ]
    import_bank_file(statement(iban, notified, kind="camt.054", id="NTF-1", day=day), "n.xml", by=SYSTEM)
    assert bank_balance(account) == 17_00
    assert set(StatementLine.objects.values_list("statement", flat=True)) == {None}

    stated = [Ntry(7_00, reference="R2"), Ntry(5_00, reference="R1"), Ntry(5_00, reference="R1")]
    imported = import_bank_file(statement(iban, stated, day=day), "s.xml", by=SYSTEM)
    assert imported.new_lines == 0
    assert bank_balance(account) == 17_00
    assert set(StatementLine.objects.values_list("statement", flat=True)) == {imported.statements[0].pk}
    assert LinePart.objects.filter(remittance="hello").count() == 1

    again = statement(iban, notified[:1], kind="camt.054", id="NTF-2", day=day)
    assert import_bank_file(again, "n2.xml", by=SYSTEM).new_lines == 0


def test_a_notified_entry_without_bank_reference_is_not_posted(account, iban, day):
    import_bank_file(statement(iban, [Ntry(5_00)], kind="camt.054", id="NTF-1", day=day), "n.xml", by=SYSTEM)
    assert list(StatementLine.objects.values_list("status", "state")) == [("information", "noted")]
    import_bank_file(statement(iban, [Ntry(5_00)], day=day), "s.xml", by=SYSTEM)
    assert bank_balance(account) == 5_00


def test_details_that_explain_the_entry_are_its_parts(account, iban, day):
    entry = Ntry(-3_00, txs=[Tx(1_00, "E1"), Tx(2_00, "E2")])
    import_bank_file(statement(iban, [entry], day=day), "a.xml", by=SYSTEM)
    assert list(LinePart.objects.values_list("number", "amount", "end_to_end_id", "is_whole")) == [
        (1, 1_00, "E1", False),
        (2, 2_00, "E2", False),
    ]
    assert Match.objects.filter(kind="suspense", undone_at=None).count() == 2


def test_details_without_amounts_leave_the_entry_whole(account, iban, day):
    entry = Ntry(-3_00, txs=[Tx(None, "E1", text="first"), Tx(None, "E2", text="second")])
    import_bank_file(statement(iban, [entry], day=day), "a.xml", by=SYSTEM)
    [part] = LinePart.objects.all()
    assert (part.amount, part.is_whole) == (3_00, True)
    assert part.remittance == "E1\nAda Quill\nfirst\nE2\nAda Quill\nsecond"


def test_account_numbers_of_others_are_masked(account, iban, day):
    entry = Ntry(5_00, txs=[Tx(5_00, role="Dbtr", account="DE02120300000000202051")])
    import_bank_file(statement(iban, [entry], day=day), "a.xml", by=SYSTEM)
    [part] = LinePart.objects.all()
    assert part.counterparty_account == "DE02 **** **** 2051"
    assert b"DE02120300000000202051" not in bytes(StatementFile.objects.defer(None).get().content)


SUMMARY = "<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum></TtlNtries></TxsSummry>"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closing": 5_01}, "sums-do-not-add-up"),
        ({"extra": SUMMARY.format(count=2, sum="5.00")}, "entry-count"),
        ({"extra": SUMMARY.format(count=1, sum="5.01")}, "entry-sum"),
        ({"entries": [Ntry(5_00, txs=[Tx(4_00), Tx(2_00)])]}, "batch-sum"),
        ({"entries": [Ntry(5_00, ccy="SEK")], "closing": 0}, "currency-differs"),
        ({"kind": "camt.052"}, "intraday-report"),
    ],
)
def test_figures_that_contradict_each_other_refuse_the_file(account, iban, day, changes, code):
    data = statement(iban, **({"entries": [Ntry(5_00)], "day": day} | changes))
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(data, "a.xml", by=SYSTEM)
    assert code in codes(refusal)
    nothing_imported(account)


def test_a_day_that_cannot_be_refuses_the_file(account, iban, day):
    for odd in (day.replace(year=day.year + 1), day.replace(year=1970)):
        with pytest.raises(CannotImport) as refusal:
            import_bank_file(statement(iban, [Ntry(5_00, day=odd)], day=day), "a.xml", by=SYSTEM)
        assert codes(refusal) == ["date-out-of-range"]
    nothing_imported(account)


def test_fractions_of_a_cent_refuse_the_file(account, iban, day):
    data = statement(iban, [Ntry(5_00)], day=day).replace(b">5.00<", b">5.001<")
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(data, "a.xml", by=SYSTEM)
    assert codes(refusal) == ["too-many-decimals"]
    nothing_imported(account)


def test_zeros_behind_the_cent_do_not_matter(account, iban, day):
    data = statement(iban, [Ntry(5_00)], day=day).replace(b">5.00<", b">5.00000<")
    import_bank_file(data, "a.xml", by=SYSTEM)
    assert bank_balance(account) == 5_00


def test_one_broken_statement_of_two_refuses_both(account, iban, day):
    good = statement(iban, [Ntry(5_00)], day=day, wrap=False)
    bad = statement(iban, [Ntry(5_00)], opening=5_00, closing=1, id="STM-2", day=day, wrap=False)
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(document([good, bad]), "a.xml", by=SYSTEM)
    assert codes(refusal) == ["sums-do-not-add-up"]
    nothing_imported(account)


def test_two_statements_of_one_file_follow_each_other(account, iban, day):
    first = statement(iban, [Ntry(5_00)], day=day, wrap=False)
    second = statement(iban, [Ntry(-1_00)], opening=5_00, id="STM-2", day=day, wrap=False)
    imported = import_bank_file(document([first, second]), "a.xml", by=SYSTEM)
    assert [statement.number for statement in imported.statements] == [1, 2]
    assert bank_balance(account) == 4_00


def test_another_account_is_refused(account, day):
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(statement("DE02120300000000202051", [Ntry(5_00)], day=day), "a.xml", by=SYSTEM)
    assert codes(refusal) == ["unknown-account"]
    nothing_imported(account)


def test_hostile_xml_is_refused_by_name(account):
    data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><Document>&e;</Document>'
    with pytest.raises(CannotImport) as refusal:
        import_bank_file(data, "a.xml", by=SYSTEM)
    assert codes(refusal) == ["dtd-not-allowed"]
    nothing_imported(account)


def test_only_a_treasurer_imports(account, iban, day, operator):
    with pytest.raises(PermissionDenied):
        import_bank_file(statement(iban, day=day), "a.xml", by=operator)
    nothing_imported(account)
