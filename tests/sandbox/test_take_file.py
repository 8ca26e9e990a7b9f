import pytest

from apps.core.errors import NotFound
from apps.core.ids import uuid7
from apps.sandbox.models import Order, ReceivedFile, SentFile
from apps.sandbox.receiving import take_file
from tests.sandbox.payment_files import payment_file, transfer


def status(report):
    return report.findtext(".//{*}GrpSts")


def test_a_right_file_is_taken_and_answered(bank):
    received = take_file(bank.account.pk, "a.xml", payment_file())
    assert (received.status, received.message_id) == ("ACCP", "MSG-1")
    assert [status(report) for report in bank.sent("pain.002")] == ["ACCP"]
    order = Order.objects.get()
    assert (order.amount, order.refusal, str(order.pay_on), order.return_on) == (12550, "", "2026-11-23", None)
    assert order.read_iban() == "NL91ABNA0417164300"


def test_the_same_delivery_changes_nothing(bank):
    first = take_file(bank.account.pk, "a.xml", payment_file())
    assert take_file(bank.account.pk, "a.xml", payment_file()) == first
    assert (ReceivedFile.objects.count(), Order.objects.count(), len(bank.sent("pain.002"))) == (1, 1, 1)


def test_a_message_id_is_taken_once(bank):
    take_file(bank.account.pk, "a.xml", payment_file())
    again = take_file(bank.account.pk, "b.xml", payment_file())
    assert (again.status, again.reason) == ("RJCT", "DU01")
    assert Order.objects.count() == 1
    assert [status(report) for report in bank.sent("pain.002")] == ["ACCP", "RJCT"]


def test_what_is_no_payment_file_is_refused(bank):
    received = take_file(bank.account.pk, "a.xml", b"hello")
    assert (received.status, received.reason, received.message_id) == ("RJCT", "FF01", "")
    assert bank.sent("pain.002")[0].findtext(".//{*}OrgnlMsgId") == "NOTPROVIDED"
    assert Order.objects.count() == 0


def test_one_payment_is_refused_and_never_paid(bank):
    content = payment_file([transfer(1, "707.01"), transfer(2)], count="2", control_sum="832.51")
    assert take_file(bank.account.pk, "a.xml", content).status == "PART"
    refused, taken = Order.objects.order_by("position")
    assert (refused.refusal, refused.pay_on) == ("AC04", None)
    assert (taken.refusal, str(taken.pay_on)) == ("", "2026-11-23")


def test_an_old_file_gets_an_old_answer(bank):
    take_file(bank.account.pk, "a.xml", payment_file(version="pain.001.001.03"))
    assert bank.sent("pain.002.001.03")


@pytest.mark.parametrize(("amount", "paid"), [("707.32", 1), ("707.33", 0)])
def test_some_files_are_never_answered(bank, amount, paid):
    take_file(bank.account.pk, "a.xml", payment_file([transfer(1, amount)], control_sum=amount))
    assert bank.sent("pain.002") == []
    bank.go_to(11, 24)
    assert Order.objects.filter(debit__isnull=False).count() == paid


def test_a_late_answer_waits_for_the_next_banking_day(bank):
    take_file(bank.account.pk, "a.xml", payment_file([transfer(1, "707.31")], control_sum="707.31"))
    sent = SentFile.objects.get()
    assert sent.due_at.isoformat() == "2026-11-24T07:00:00+00:00"


def test_live_accounts_have_no_sandbox_bank(bank):
    with pytest.raises(NotFound):
        take_file(uuid7(), "a.xml", payment_file())
    assert ReceivedFile.objects.count() == 0
