import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.ids import uuid7
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.ledger.posting import AccountKey
from apps.ledger.queries import account_statement, balances
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import apply_reports, create_payouts
from apps.rails.operations import receive_report
from apps.reconciliation.models import Expectation, LinePart, Match, StatementLine
from apps.reconciliation.operations import import_bank_file, match_waiting, matching
from tests import factories
from tests.reconciliation.bank import Ntry, Tx
from tests.reconciliation.conftest import bring_to_bank, send


def held(kind, holder="", currency="EUR"):
    return account_statement(AccountKey(kind, holder, currency)).closing


def books(account):
    """Return (bank, clearing, suspense)."""
    ours = balances(account.public_id)["EUR"]
    return ours["bank"], ours.get("clearing", 0), held("suspense")


def statuses(payouts):
    return list(Payout.objects.filter(pk__in=[p.pk for p in payouts]).order_by("pk").values_list("status", flat=True))


def states():
    return list(StatementLine.objects.exclude(sign="CRDT").order_by("position").values_list("state", flat=True))


def debit(payout, **details):
    return Ntry(-payout.amount, txs=[Tx(payout.amount, payout.end_to_end_id)], **details)


def test_a_debit_with_our_reference_pays_the_payout(stated, sent, bank_account):
    stated.state(debit(sent[0], reference="R1"))
    assert statuses(sent) == ["paid", "sent", "sent"]
    assert books(bank_account) == (9_999_000, 5000, 0)
    [match] = Match.objects.exclude(kind__in=["suspense", "funding"])
    assert (match.kind, match.payout_id, match.amount, match.automatic) == ("payout", sent[0].pk, 1000, True)
    assert [journal.moment for journal in match.journals] == ["payout.settled"]
    assert match.expectation.state == "met"
    assert match.line.state == "matched"
    assert Attempt.objects.get(payout=sent[0]).status == "settled"
    [event] = Event.objects.filter(type="line.matched", subject=match.line.public_id)
    assert (event.data["kind"], event.data["payout"]) == ("payout", sent[0].public_id)


@pytest.mark.parametrize(
    "mangle",
    [
        lambda reference: Tx(1000, text=f"PAYMENT {reference.lower()} THANKS"),
        lambda reference: Tx(1000, "NOTPROVIDED", text=f"{reference[:7]} {reference[7:]}"),
        lambda reference: Tx(1000, f"{reference}-1"),
    ],
)
def test_a_reference_that_a_bank_mangled_is_verified_by_its_check_digits(stated, sent, mangle):
    stated.state(Ntry(-1000, txs=[mangle(sent[0].end_to_end_id)]))
    assert statuses(sent) == ["paid", "sent", "sent"]


@pytest.mark.parametrize(
    "entry",
    [
        lambda p: Ntry(-1001, txs=[Tx(1001, p.end_to_end_id)]),
        lambda p: Ntry(-1000, txs=[Tx(1000, p.end_to_end_id[:-1] + ("0" if p.end_to_end_id[-1] != "0" else "1"))]),
        lambda p: Ntry(-1000, txs=[Tx(1000, p.end_to_end_id[:12])]),
        lambda p: Ntry(-1000, txs=[Tx(1000, text="rent")]),
        lambda p: Ntry(-1000, txs=[Tx(1000, p.end_to_end_id)], reversal=True),
        lambda p: Ntry(-1000, txs=[Tx(1000, p.end_to_end_id)], status="PDNG"),
        lambda p: Ntry(1000, txs=[Tx(1000, p.end_to_end_id, role="Dbtr")]),
    ],
    ids=["amount", "check-digits", "cut", "no-reference", "reversal", "pending", "credit"],
)
def test_what_does_not_fit_is_left_to_a_person(stated, sent, bank_account, entry):
    before = books(bank_account)
    entry = entry(sent[0])
    stated.state(entry)
    assert statuses(sent) == ["sent", "sent", "sent"]
    assert not Match.objects.filter(kind="payout").exists()
    moved = entry.amount if entry.status == "BOOK" else 0
    assert books(bank_account) == (before[0] + moved, 6000, moved)


def test_a_second_debit_of_one_payout_stays_in_suspense(stated, sent, bank_account):
    stated.state(debit(sent[0], reference="R1"), debit(sent[0], reference="R2"))
    assert states() == ["matched", "unmatched"]
    assert books(bank_account) == (9_998_000, 5000, -1000)


def test_a_batch_with_details_is_matched_part_by_part(stated, sent, bank_account):
    stated.state(Ntry(-6000, txs=[Tx(p.amount, p.end_to_end_id) for p in sent]))
    assert statuses(sent) == ["paid", "paid", "paid"]
    assert books(bank_account) == (9_994_000, 0, 0)
    assert list(StatementLine.objects.filter(sign="DBIT").values_list("state", flat=True)) == ["matched"]


def test_a_line_of_which_one_detail_is_unknown_is_matched_in_part(stated, sent, bank_account):
    stated.state(Ntry(-3100, txs=[Tx(1000, sent[0].end_to_end_id), Tx(2100, text="who knows")]))
    assert statuses(sent) == ["paid", "sent", "sent"]
    assert states() == ["partly"]
    assert books(bank_account) == (9_996_900, 5000, -2100)


@pytest.mark.parametrize(
    "batch",
    [
        lambda file: {"MsgId": file.message_id, "NbOfTxs": 3},
        lambda file: {"PmtInfId": f"{file.message_id}-1", "NbOfTxs": 3},
        lambda file: {},
    ],
    ids=["message-id", "payment-information-id", "only-the-sum"],
)
def test_a_batch_without_details_pays_every_payout_of_its_file(stated, sent, bank_account, batch):
    file = Attempt.objects.filter(payout=sent[0]).get().file
    stated.state(Ntry(-6000, batch=batch(file)))
    assert statuses(sent) == ["paid", "paid", "paid"]
    assert books(bank_account) == (9_994_000, 0, 0)
    assert Match.objects.filter(kind="batch").count() == 3
    assert states() == ["matched"]


def test_a_batch_of_another_file_or_sum_is_left_to_a_person(stated, sent, bank_account):
    file = Attempt.objects.filter(payout=sent[0]).get().file
    stated.state(Ntry(-6000, batch={"MsgId": "SOMEBODY-ELSE"}), Ntry(-5999, batch={"MsgId": file.message_id}))
    assert statuses(sent) == ["sent", "sent", "sent"]
    assert books(bank_account) == (9_988_001, 6000, -11_999)


def test_a_sum_without_a_name_must_leave_no_choice(stated, sent):
    stated.state(Ntry(-6000, text="one"), Ntry(-6000, text="two"))
    assert statuses(sent) == ["sent", "sent", "sent"]


REFUSAL = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>ANSWER-1</MsgId></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message_id}-1</OrgnlPmtInfId><TxInfAndSts>
<OrgnlInstrId>{instruction_id}</OrgnlInstrId><OrgnlEndToEndId>{end_to_end_id}</OrgnlEndToEndId>
<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>"""


def test_refused_payouts_are_not_expected_in_the_batch(stated, sent, bank_account):
    attempt = Attempt.objects.select_related("payout", "file").get(payout=sent[2])
    report = REFUSAL.format(
        message_id=attempt.file.message_id,
        instruction_id=attempt.instruction_id,
        end_to_end_id=attempt.payout.end_to_end_id,
    )
    receive_report(report.encode(), "answer.xml", bank_account.pk)
    apply_reports()
    assert statuses(sent) == ["sent", "sent", "failed"]

    stated.state(Ntry(-3000, batch={"MsgId": attempt.file.message_id}))
    assert statuses(sent) == ["paid", "paid", "failed"]
    assert books(bank_account) == (9_997_000, 0, 0)


@pytest.mark.parametrize("code", ["PMNT/MDOP/CHRG", "ACMT/MDOP/COMM"])
def test_a_fee_is_known_by_the_banks_code(stated, bank_account, code):
    stated.state(Ntry(-350, code=code, text="monthly fee"))
    assert held("rail_fee") == 350
    assert books(bank_account) == (9_999_650, 6000, 0)
    assert states() == ["matched"]


def test_funding_is_known_by_the_partners_reference(stated, platform):
    before = held("funds", platform.public_id)
    reference = platform.funding_reference
    stated.state(Ntry(7000, txs=[Tx(7000, text=f"topup {reference[:4]} {reference[4:]}", role="Dbtr")]))
    assert held("funds", platform.public_id) == before + 7000
    assert held("suspense") == 0


def test_two_partners_on_one_credit_are_left_to_a_person(stated, platform):
    other = factories.partner("Otherplace")
    before = held("funds", platform.public_id)
    text = f"{platform.funding_reference} and {other.funding_reference}"
    stated.state(Ntry(7000, txs=[Tx(7000, text=text, role="Dbtr")]))
    assert (held("funds", platform.public_id), held("funds", other.public_id)) == (before, 0)
    assert held("suspense") == 7000


def test_a_return_gives_the_money_back_to_the_platform(stated, sent, platform, bank_account):
    stated.state(debit(sent[0], reference="R1"))
    funds = held("funds", platform.public_id)
    back = Tx(1000, sent[0].end_to_end_id, role="Dbtr", ret="AC04")
    stated.state(Ntry(1000, txs=[back], reference="R2"))
    assert statuses(sent) == ["returned", "sent", "sent"]
    assert held("funds", platform.public_id) == funds + 1000
    assert books(bank_account) == (10_000_000, 5000, 0)
    payout = Payout.objects.get(pk=sent[0].pk)
    assert payout.failure_code == "AC04"
    assert "closed" in payout.failure_reason


def test_a_return_that_overtakes_its_debit_leaves_the_books_right(stated, sent, bank_account):
    stated.state(Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, role="Dbtr", ret_text="no such account")]))
    assert statuses(sent) == ["returned", "sent", "sent"]
    stated.state(debit(sent[0]))
    assert statuses(sent) == ["returned", "sent", "sent"]
    assert books(bank_account) == (10_000_000, 5000, 0)


def test_a_return_by_reversal_or_code_needs_no_reason(stated, sent):
    stated.state(debit(sent[0], reference="R1"), debit(sent[1], reference="R2"))
    first = Ntry(1000, txs=[Tx(1000, sent[0].end_to_end_id, role="Dbtr")], reversal=True)
    second = Ntry(2000, txs=[Tx(2000, sent[1].end_to_end_id, role="Dbtr")], code="PMNT/ICDT/RRTN")
    stated.state(first, second)
    assert statuses(sent) == ["returned", "returned", "sent"]


def test_a_partial_return_is_left_to_a_person(stated, sent, bank_account):
    stated.state(debit(sent[0]))
    stated.state(Ntry(990, txs=[Tx(990, sent[0].end_to_end_id, role="Dbtr", ret="AC04")]))
    assert statuses(sent) == ["paid", "sent", "sent"]
    assert held("suspense") == 990


def test_evidence_before_the_payout_is_known_to_be_sent_is_not_lost(platform, key, bank, bank_account):
    bank.state_notified()
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1000)], by=key)
    bank.state(debit(payout))
    assert held("suspense") == -1000

    bring_to_bank([payout], bank_account)
    assert match_waiting(bank_account.pk) == 1
    assert statuses([payout]) == ["paid"]
    assert held("suspense") == 0
    assert match_waiting(bank_account.pk) == 0


def test_statements_do_not_grow_with_the_number_of_lines(platform, key, bank, bank_account):
    bank.state_notified()
    counts = {}
    for number in (3, 60):
        payouts = send(platform, key, bank_account, [1000 + n for n in range(number)])
        entries = [debit(payout, reference=f"{number}-{n}") for n, payout in enumerate(payouts)]
        entries += [Ntry(-50, reference=f"{number}-s", txs=[Tx(50, text="odd")])]
        entries += [Ntry(-5, reference=f"{number}-f", code="PMNT/MDOP/CHRG")]
        data = bank.write(entries)
        with CaptureQueriesContext(connection) as queries:
            import_bank_file(data, "many.xml", by=SYSTEM)
        counts[number] = len(queries)
        assert set(statuses(payouts)) == {"paid"}
    assert counts[3] == counts[60]
    assert LinePart.objects.filter(is_open=True).count() == 2


def test_another_attempt_is_expected_in_the_place_of_one_that_was_given_up(sent, bank_account):
    matching.open_expectations(bank_account)
    with transaction.atomic():
        first = Attempt.objects.get(payout=sent[0].pk)
        Attempt.objects.filter(pk=first.pk).update(status="abandoned")
        first.pk, first.number, first.instruction_id = uuid7(), 2, f"{sent[0].end_to_end_id}-2"
        first.save(force_insert=True)
        matching.open_expectations(bank_account)
        states = dict(Expectation.objects.filter(payout=sent[0].pk).values_list("attempt__number", "state"))
        transaction.set_rollback(True)
    assert states == {1: "withdrawn", 2: "open"}
