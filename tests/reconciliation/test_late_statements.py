"""Statements that come after those which follow them: they take their place, or those behind them wait."""

from datetime import timedelta

import pytest

from apps.core.permissions import SYSTEM
from apps.ledger.models import Transfer
from apps.ledger.queries import balances
from apps.rails.transports.folder import prepare
from apps.reconciliation.chain import Chain
from apps.reconciliation.errors import CannotImport, StatementMissing
from apps.reconciliation.models import Statement, StatementLine
from apps.reconciliation.operations import import_bank_file, import_inbox
from tests.reconciliation.bank import Ntry, Tx, document, statement


@pytest.fixture
def state(iban, day, treasurer):
    """Import a statement of some days ago; `number` is the bank's own."""

    def state(id, ago, *amounts, opening=0, number=None, by=SYSTEM, **options):
        data = written(iban, id, day - timedelta(days=ago), amounts, opening, number)
        return import_bank_file(data, f"{id}.xml", by=treasurer if options else by, **options)

    return state


def written(iban, id, day, amounts, opening=0, number=None, wrap=True):
    extra = f"<ElctrncSeqNb>{number}</ElctrncSeqNb>" if number else ""
    return statement(
        iban, [Ntry(amount) for amount in amounts], opening=opening, id=id, day=day, extra=extra, wrap=wrap
    )


def chain(account):
    rows = Statement.objects.filter(bank_account=account, kind=Statement.STATEMENT).order_by("number")
    numbers, ids = zip(*rows.values_list("number", "statement_id"), strict=True)
    assert numbers == tuple(range(1, len(numbers) + 1))
    return list(ids)


def codes(refusal):
    return [fault.code for fault in refusal.value.errors]


def in_ledger(account):
    return balances(account.public_id)["EUR"]["bank"]


def test_a_late_statement_is_read_at_its_place(bank_account, state, day):
    state("A", 9, 500)
    state("D", 6, -100, opening=500)
    imported = state("C", 7, 30, -30, opening=500)
    assert chain(bank_account) == ["A", "C", "D"]
    state("B", 8, opening=500)
    state("E", 5, 1, opening=400)
    assert chain(bank_account) == ["A", "B", "C", "D", "E"]
    assert (imported.new_lines, in_ledger(bank_account)) == (2, 401)
    lines = StatementLine.objects.filter(statement__statement_id="C")
    assert set(lines.values_list("booked_on", "state")) == {(day - timedelta(days=7), "unmatched")}
    posted = Transfer.objects.filter(journal__booked_on=day - timedelta(days=7))
    assert sorted(posted.values_list("amount", flat=True)) == [30, 30]


def test_one_before_the_first_of_all_lets_the_books_begin_earlier(bank_account, state):
    state("B", 5, 100, opening=500)
    state("A", 6, 30, -30, opening=500)
    state("0", 7, 200, opening=300)
    assert chain(bank_account) == ["0", "A", "B"]
    assert in_ledger(bank_account) == 600
    with pytest.raises(StatementMissing, match="Nothing") as refusal:
        state("X", 8, 200, opening=50)
    assert codes(refusal) == ["ends-before-first"]
    assert "the books of the account begin" in refusal.value.errors[0].detail


@pytest.mark.parametrize("order", ["DABC", "DACB", "CABD", "BADC", "ADCB", "CADB"])
def test_all_are_read_in_whatever_order_they_come(bank_account, iban, day, order):
    prepare(bank_account.path)
    stated = {"A": (9, [200], 300), "B": (8, [30, -30], 500), "C": (7, [50], 500), "D": (6, [-10], 550)}
    for id in order:
        ago, amounts, opening = stated[id]
        data = written(iban, id, day - timedelta(days=ago), amounts, opening)
        (bank_account.path / "from_bank" / f"{id}.xml").write_bytes(data)
        import_inbox()
    assert chain(bank_account) == ["A", "B", "C", "D"]
    assert in_ledger(bank_account) == 540


@pytest.mark.parametrize("notified_first", [True, False])
def test_what_was_notified_before_the_first_statement_is_booked_once(bank_account, state, iban, day, notified_first):
    deposit, first_day = Ntry(500, [Tx(500, text="hello", role="Dbtr")], reference="R1"), day - timedelta(days=7)

    def notify(id):
        data = statement(iban, [deposit, deposit], id=id, kind="camt.054", day=first_day)
        return import_bank_file(data, f"{id}.xml", by=SYSTEM)

    def begin():
        return state("B", 5, 100, opening=1000)

    if notified_first:
        notify("N")
        assert "2 lines booked before" in begin().file.warnings[0]
    else:
        assert begin().file.warnings == []
        notify("N")
        assert in_ledger(bank_account) == 1100
        assert set(StatementLine.objects.filter(statement=None).values_list("status", "state", "occurrence")) == {
            ("information", "noted", 1)
        }
    import_bank_file(statement(iban, [deposit, deposit], id="A", day=first_day), "A.xml", by=SYSTEM)
    notify("N2")
    assert chain(bank_account) == ["A", "B"]
    assert in_ledger(bank_account) == 1100
    assert StatementLine.objects.filter(status="booked").count() == 3


def test_late_statements_of_one_file_that_fit_only_together(bank_account, state, iban, day):
    state("A", 9, 500)
    state("D", 6, -100, opening=500)
    late = [
        written(iban, "B", day - timedelta(days=8), [70], opening=500, wrap=False),
        written(iban, "C", day - timedelta(days=7), [-70], opening=570, wrap=False),
        written(iban, "E", day - timedelta(days=5), [1], opening=400, wrap=False),
    ]
    import_bank_file(document(late), "late.xml", by=SYSTEM)
    assert chain(bank_account) == ["A", "B", "C", "D", "E"]


def test_one_that_fits_nowhere_is_refused_by_what_is_around_it(bank_account, state):
    state("A", 9, 500)
    state("C", 6, -100, opening=500)
    for amounts, opening in [((70,), 500), ((30, -30), 400), ((), 0)]:
        with pytest.raises(CannotImport) as refusal:
            state("B", 8, *amounts, opening=opening)
        assert not isinstance(refusal.value, StatementMissing)
        assert codes(refusal) == ["statement-out-of-order"]
    assert "A of" in refusal.value.errors[0].detail
    assert chain(bank_account) == ["A", "C"]
    assert StatementLine.objects.count() == 2


def test_a_hole_in_the_banks_own_numbers_is_known(bank_account, state):
    for number, ago in [(7, 20), (8, 19), (9, 16)]:
        state(f"S{number}", ago, opening=0, number=number)
    with pytest.raises(StatementMissing) as refusal:
        state("S11", 14, 500, number=11)
    assert codes(refusal) == ["number-skipped"]
    assert "10 has not come" in refusal.value.errors[0].detail
    with pytest.raises(StatementMissing) as refusal:
        state("S12", 13, 500, opening=500, number=12)
    assert codes(refusal) == ["opening-differs"]
    state("S10", 15, 30, -30, number=10)
    state("S11", 14, 500, number=11)
    assert chain(bank_account) == ["S7", "S8", "S9", "S10", "S11"]


def test_a_person_may_know_that_the_bank_has_skipped_a_number(bank_account, state):
    for number, ago in [(7, 20), (8, 19), (9, 16)]:
        state(f"S{number}", ago, number=number)
    with pytest.raises(StatementMissing):
        state("S11", 14, number=11)
    imported = state("S11", 14, number=11, knowingly=True)
    assert imported.file.warnings == [
        "Statement S11: number 10 has not come; whoever imported it knows that it was skipped."
    ]
    assert chain(bank_account) == ["S7", "S8", "S9", "S11"]


def test_one_that_says_the_same_as_another_is_refused_unless_a_person_knows_better(bank_account, state):
    state("A", 9, 30, -30)
    state("quiet", 9)
    state("quiet too", 9)  # says nothing twice, which costs nothing
    with pytest.raises(CannotImport) as refusal:
        state("A again", 9, 30, -30)
    assert codes(refusal) == ["statement-repeated"]
    assert not isinstance(refusal.value, StatementMissing)
    assert in_ledger(bank_account) == 0
    assert StatementLine.objects.count() == 2
    state("A again", 9, 30, -30, knowingly=True)
    assert chain(bank_account) == ["A", "quiet", "quiet too", "A again"]
    assert StatementLine.objects.count() == 4


def test_a_late_one_whose_number_belongs_elsewhere_is_refused(bank_account, state):
    """It may be one that is known, under another id."""
    for number in range(1, 6):
        state(f"S{number}", 20 - number, number=number)
    with pytest.raises(CannotImport) as refusal:
        state("S3 again", 17, 30, -30, number=3)
    assert codes(refusal) == ["statement-out-of-order"]
    assert StatementLine.objects.count() == 0


def test_nothing_is_booked_into_closed_days_by_one_that_comes_late(bank_account, state, treasurer, day):
    from apps.reconciliation.operations import close_day

    state("A", 9)
    state("C", 6)
    close_day(bank_account.pk, day - timedelta(days=6), by=treasurer)
    with pytest.raises(CannotImport) as refusal:
        state("B", 8, 30, -30)
    assert codes(refusal) == ["day-closed"]
    assert "Ask the bank" in refusal.value.errors[0].detail
    assert chain(bank_account) == ["A", "C"]
    assert StatementLine.objects.count() == 0


def link(day, text):
    return Statement(opening=0, closing=0, closes_on=day, sequence=text)


@pytest.mark.parametrize(
    ("known", "then", "hole"),
    [
        ("02:1 03:2 04:3", "05:5", [4]),
        ("02:1 03:2 04:3", "05:8", [4, 5, 6, 7]),
        ("02:001 03:002 04:003", "05:005", [4]),
        ("02:2 03:3 04:1 05:2 06:3", "06:5", [4]),  # begun anew meanwhile
        ("02:1 03:2 04:3 04:5 04:4", "05:6", []),  # the last two in the wrong order
        ("02:1 03:2", "04:4", []),  # too little to learn from
        ("02:1 03:3 04:4 05:5", "06:7", []),  # it has skipped before
        ("02: 03: 04:", "05:", []),
        ("02:X1 03:X2 04:X3", "05:X5", []),
        ("02:12312 03:12312 04:12312", "05:12312", []),
        ("04:304 05:305 06:306", "09:309", []),  # they may be days
        ("05:304 06:305 09:306", "10:308", [307]),
        ("05:304 06:305 09:306", "12:309", [307, 308]),  # they are no days
        ("27:2611127 28:2611128 29:2611129", "30:2611201", []),  # the month begins anew
        ("02:1 03:2 04:3", "05:1", []),
    ],
)
def test_numbers_are_believed_as_far_as_they_have_counted(known, then, hole):
    rows = [link(_day(word), word[3:]) for word in known.split()]
    assert Chain(_numbered(rows)).hole_before(link(_day(then), then[3:])) == hole


def test_nothing_is_known_of_a_number_across_a_new_year(day):
    rows = [link(day.replace(month=12, day=28 + number), str(number)) for number in (1, 2, 3)]
    assert Chain(_numbered(rows)).hole_before(link(day.replace(year=day.year + 1, month=1, day=2), "5")) == []


def _day(word):
    from datetime import date

    return date(2026, 3, int(word[:2]))


def _numbered(rows):
    for number, row in enumerate(rows, 1):
        row.number = number
    return rows
