"""After a change of keys everything is encrypted anew while the portal is at work, and the former key can go."""

import re
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, models, transaction
from django.test import Client

from apps.api.models import IdempotencyKey
from apps.compliance.models import ReviewAttachment
from apps.compliance.operations import attach_document
from apps.core import crypto, reencryption
from apps.core.ciphertext import Ciphertext, encrypted_columns
from apps.core.database import database_now
from apps.core.queue import run_all_jobs
from apps.events.models import Endpoint
from apps.events.signing import new_secret
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, create_plan, seal_files, start_due
from apps.rails.models import PaymentFile, StatusReport
from apps.rails.operations import report_hand_over, take_file
from apps.recipients.models import PayoutMethodVersion
from apps.recipients.operations import add_document
from apps.reconciliation.models import StatementFile
from tests import factories, signing_in
from tests.api.conftest import a_payout
from tests.clocks import advance, reach_cut_off
from tests.threads import at_once

NEW = ("new", b"n" * 32)
UNCHANGING = {
    PayoutMethodVersion: ("account_ciphertext", "account_masked"),
    PaymentFile: ("content", "file_name"),
    ReviewAttachment: ("content", "name"),
    StatusReport: ("content", "file_name"),
    StatementFile: ("content", "file_name"),
    IdempotencyKey: ("answer_ciphertext", "key"),
}


@pytest.fixture
def world(committed_db, platform, bank_account):
    """A platform whose payouts have been to the bank and back, so that nearly every column holds something encrypted."""
    service, token = factories.key_of(platform)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "first"}
    answer = Client().post("/api/v1/payouts", a_payout(), content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    endpoint = Endpoint(partner_id=platform.pk, url="https://receiver.test/", event_types=["*"])
    endpoint.secret_ciphertext = endpoint.previous_secret_ciphertext = endpoint.seal(new_secret())
    endpoint.previous_secret_until = database_now()
    endpoint.save()
    signing_in.phone_of(factories.person())
    draft = factories.payout_draft(recipient=factories.recipient_draft(factories.LISTED))
    [listed] = create_payouts(platform.pk, [draft], by=service)
    attach_document(listed.review_id, "a.pdf", b"%PDF-1.7", by=factories.person("compliance_analyst"))
    create_plan(platform.pk, "JUNE", BytesIO(b'{"amount": "1.00"}'), by=service)
    reach_cut_off(bank_account, Payout.objects.all())
    add_document(listed.recipient_id, "other", "a.pdf", b"%PDF-1.7", by=factories.person("operator"))
    for _ in range(3):
        run_all_jobs()
        call_command("sandbox_bank", once=True)
        advance(bank_account, timedelta(days=1))
    run_all_jobs()
    [last] = create_payouts(platform.pk, [factories.payout_draft()], by=service)
    bank_account.refresh_from_db()
    reach_cut_off(bank_account, [last])
    start_due()
    seal_files()
    file, operator = PaymentFile.objects.get(state="sealed"), factories.person("operator")
    taken = take_file(file.pk, by=operator, reason="The folder is down")
    report_hand_over(taken.pk, by=operator, channel="Portal", document=("a.pdf", b"%PDF-1.7"))
    return service


def everything():
    """Return what every ciphertext says, by table, column and row."""
    found = {}
    for column in encrypted_columns():
        name = column.column
        for pk, blob in column.model._base_manager.exclude(**{name: None}).values_list("pk", name):
            found[column.model._meta.db_table, name, pk] = crypto._open(blob, column.context_of(pk))
    return found


def run(**options):
    out = StringIO()
    call_command("reencrypt", stdout=out, **options)
    return out.getvalue()


def counts(text):
    return {name: int(count) for name, count in re.findall(r"^(\S+): (\d+) rows$", text, re.MULTILINE)}


NO_SECRETS = {
    "users_passkey.credential_id",  # browsers are told it by whoever signs in
    "users_passkey.public_key",
    "users_challenge.value",  # random, shown to the browser, and gone with the first answer
    "users_challenge.session",  # SHA-256 of the key of the browser's session
}


def test_every_column_of_encrypted_bytes_is_known():
    """A BinaryField is a digest, an index or a fingerprint, or no secret, or a Ciphertext with a context of its own."""
    plain = {
        f"{field.model._meta.db_table}.{field.column}"
        for field in every_binary_column()
        if not isinstance(field, Ciphertext) and not re.search(r"index|digest|sha256|fingerprint", field.column)
    }
    assert plain == NO_SECRETS
    contexts = [(column.model._meta.label, column.context) for column in encrypted_columns()]
    assert all("{pk}" in context for _, context in contexts)
    assert len({context for _, context in contexts}) == len(set(contexts))


def every_binary_column():
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [
        field
        for field in fields
        if isinstance(field, models.BinaryField) and field.model.__module__.startswith("apps.")
    ]


def test_former_keys_can_go_after_a_run_beside_the_portal_at_work(world, platform, settings, monkeypatch):
    """It takes a second: three days at a bank, and a platform that goes on creating payouts."""
    monkeypatch.setattr(reencryption, "MOST_ROWS", 2)
    before, former = everything(), settings.FIELD_KEYS
    missing = {column.model for column in encrypted_columns()} - with_rows(before)
    assert {model._meta.db_table for model in missing} == {"payouts_resolution", "sandbox_instant_movement"}
    settings.FIELD_KEYS = [NEW, *former]

    def create():
        return [create_payouts(platform.pk, [factories.payout_draft()], by=world) for _ in range(5)]

    text, _ = at_once(run, create)
    done = counts(text)
    assert sum(done.values()) == len(before)
    assert done["rails_paymentfile.content"] == 2
    assert set(counts(run()).values()) == {0}
    assert f"No longer used: {', '.join(key_id for key_id, _ in former)}.\n" in run(check=True)
    settings.FIELD_KEYS = [NEW]
    after = everything()
    assert {place: after[place] for place in before} == before
    assert len(after) == len(before) + 5
    refuse_anything_else()


def with_rows(found):
    tables = {table for table, _, _ in found}
    return {column.model for column in encrypted_columns() if column.model._meta.db_table in tables}


def refuse_anything_else():
    """Of what never changes, the runtime role changes nothing, and the owner nothing beside the ciphertext."""
    for model, (name, other) in UNCHANGING.items():
        for using, change in [("default", {name: b"\x01x"}), ("owner", {name: b"\x01x", other: "other"})]:
            with pytest.raises(DatabaseError), transaction.atomic(using=using):
                model._base_manager.using(using).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic(using="owner"):
            model._base_manager.using("owner").update(**{other: "other"})
    connections["owner"].close()


def test_a_value_that_no_key_opens_is_named_and_holds_up_no_other(committed_db, platform, bank_account, settings):
    other = factories.bank_account("Other")
    type(other).objects.filter(pk=other.pk).update(iban_ciphertext=bank_account.iban_ciphertext)  # of another row
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    with pytest.raises(CommandError, match=f"of 1 rows: rails_bankaccount.iban_ciphertext {other.pk}"):
        run()
    bank_account.refresh_from_db()
    assert bytes(bank_account.iban_ciphertext).startswith(crypto.head_of("new"))
    assert bank_account.read_iban()[-4:] == bank_account.iban_last4
    connections["owner"].close()
