"""What the sandbox bank sends about instant payments is read by the portal's own code: each booking is one line, once."""

import pytest

from apps.core.permissions import SYSTEM
from apps.reconciliation.models import LinePart, StatementLine
from apps.reconciliation.operations import import_bank_file
from apps.sandbox import day
from apps.sandbox.instant import booking
from apps.sandbox.instant.account import InstantAccount, Order
from apps.sandbox.instant.behavior import USUAL_TERMS
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.models import SentFile
from apps.sandbox.operations import advance_clock, change_reporting
from tests.rails.samples import iban
from tests.sandbox.conftest import open_account


@pytest.mark.parametrize("version", ["08", "02"])
def test_notifications_and_statements_tell_of_each_booking_once(db, settings, tmp_path, version):
    settings.BANK_FOLDER = tmp_path
    account = open_account()
    change_reporting(account.pk, statement_version=version, by=SYSTEM)
    bank = InstantAccount(folder_of(account))
    references = {}
    for number, amount in enumerate((1250, 70761, 70762, 70771), start=1):
        order = Order(f"I-{number}", f"E-{number}", amount, "EUR", "Ann Example", iban(), "Invoice")
        references[f"E-{number}"] = bank.submit(order, USUAL_TERMS, account.business_now()).content["bank_reference"]
    bank.close()
    booking.take_over(account)
    for _ in range(2):
        day.work_through(account.pk)
        advance_clock(account.pk, by_seconds=86_400, by=SYSTEM)
    day.work_through(account.pk)

    sent = list(SentFile.objects.filter(file_name__contains="camt").order_by("number"))
    notifications = [file for file in sent if "camt.054" in file.file_name]
    statements = [file for file in sent if "camt.053" in file.file_name]
    for file in (*reversed(notifications), *statements, *notifications):
        import_bank_file(file.read_content(), file.file_name, by=SYSTEM, bank_account_id=account.pk)

    parts = list(LinePart.objects.select_related("line").order_by("line__sign", "line__amount"))
    assert [(p.line.sign, p.amount, p.end_to_end_id, p.is_return, p.return_code) for p in parts] == [
        ("CRDT", 70762, "E-3", True, "AC04"),
        ("CRDT", 70771, "E-4", True, "AC04"),
        ("DBIT", 1250, "E-1", False, ""),
        ("DBIT", 70761, "E-2", False, ""),
        ("DBIT", 70762, "E-3", False, ""),
        ("DBIT", 70771, "E-4", False, ""),
    ]
    assert StatementLine.objects.filter(statement__isnull=False, notification__isnull=False).count() == 6
    debits = set(StatementLine.objects.filter(sign="DBIT").values_list("bank_reference", flat=True))
    assert debits == set(references.values())
