from datetime import date

import pytest

from apps.sandbox import banking_days, checks
from apps.sandbox.checks import Customer, is_iban
from apps.sandbox.messages.pain001 import read
from apps.sandbox.scenarios import scenario_for
from tests.sandbox.payment_files import IBAN, payment_file, transfer


def customer(**facts):
    usual = {
        "iban": IBAN,
        "currency": "EUR",
        "open_day": date(2026, 11, 23),
        "known_message_ids": frozenset(),
        "known_block_ids": frozenset(),
    }
    return Customer(**usual | facts)


def test_a_right_file_is_taken():
    message = read(payment_file())
    assert refuse_file(message, customer()) is None
    assert [block.status for block in answer_blocks(message, customer())] == ["ACCP"]


def refuse_file(message, about):
    return checks.refuse_file(message, about, _by_amount(message))


def answer_blocks(message, about):
    return checks.answer_blocks(message, about, _by_amount(message))


def _by_amount(message):
    return [scenario_for(payment.amount) for payment in message.transfers]


@pytest.mark.parametrize(
    ("facts", "known", "code"),
    [
        ({}, {"known_message_ids": frozenset({"MSG-1"})}, "DU01"),
        ({"count": "2"}, {}, "AM18"),
        ({"control_sum": "125.51"}, {}, "AM10"),
        ({"transfers": [transfer(amount="707.34")], "control_sum": "707.34"}, {}, "FF10"),
    ],
)
def test_the_whole_file_is_refused(facts, known, code):
    assert refuse_file(read(payment_file(**facts)), customer(**known)).code == code


@pytest.mark.parametrize(
    ("facts", "known", "code"),
    [
        ({}, {"known_block_ids": frozenset({"MSG-1-1"})}, "DU02"),
        ({"debtor": "NL91ABNA0417164300"}, {}, "AC02"),
        ({"block_sum": "125.49"}, {}, "AM10"),
        ({"execute_on": date(2026, 11, 13)}, {}, "DT01"),
    ],
)
def test_a_block_is_refused(facts, known, code):
    answer = answer_blocks(read(payment_file(**facts)), customer(**known))[0]
    assert (answer.status, answer.reason.code) == ("RJCT", code)


def test_a_date_that_has_just_passed_is_moved():
    answer = answer_blocks(read(payment_file(execute_on=date(2026, 11, 16))), customer())[0]
    assert answer.status == "ACCP"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"iban": "NL92ABNA0417164300"}, "AC01"),
        ({"iban": "SA0380000000608010167519"}, "AG03"),
        ({"currency": "USD"}, "AM03"),
        ({"amount": "0.00"}, "AM01"),
        ({"amount": "707.01"}, "AC04"),
        ({"amount": "1707.02"}, "AC01"),
        ({"amount": "707.03"}, "AM04"),
        ({"amount": "707.04"}, "RC01"),
    ],
)
def test_one_payment_is_refused_and_the_other_taken(facts, code):
    total = 12550 + int(facts.get("amount", "125.50").replace(".", ""))
    content = payment_file(
        [transfer(1, **facts), transfer(2)], count="2", control_sum=f"{total // 100}.{total % 100:02d}"
    )
    answer = answer_blocks(read(content), customer())[0]
    assert answer.status == "PART"
    assert [t.reason and t.reason.code for t in answer.transfers] == [code, None]


@pytest.mark.parametrize("text", ["DE89370400440532013000", "MT84MALT011000012345MTLCAST001S"])
def test_right_ibans(text):
    assert is_iban(text)


@pytest.mark.parametrize("text", ["DE88370400440532013000", "DE8937040044", "de89370400440532013000", "", "DE89-70400"])
def test_wrong_ibans(text):
    assert not is_iban(text)


def test_banking_days_leave_out_weekends_and_closing_days():
    assert banking_days.banking_day_from(date(2026, 11, 22)) == date(2026, 11, 23)
    assert banking_days.after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert banking_days.after(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert banking_days.before(date(2026, 4, 7), 1) == date(2026, 4, 2)
    assert banking_days.banking_day_from(date(2027, 1, 1)) == date(2027, 1, 4)
