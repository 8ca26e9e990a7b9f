"""What counts together for an approval policy: parts need what their sum would need, however they are made."""

from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.approvals.models import SettingVersion
from apps.approvals.preview import preview
from apps.payouts.explain import explain
from apps.payouts.models import Payout
from apps.payouts.operations import cancel_payouts, create_batch, create_payouts, fund_waiting
from apps.payouts.together import MOST_PARTS
from tests import factories
from tests.payouts.test_plans import committed, line, planned, rows_of, table
from tests.threads import at_once

LIMIT = 100_000
"""As much as the platform of these tests pays a recipient in a day without anybody's approval."""


def pay(platform, by, amount=LIMIT, recipient=None, **details):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount, recipient, **details)], by=by)
    return payout


def required(*payouts):
    return [payout.approval.required for payout in payouts]


def test_payouts_to_one_recipient_count_together(platform, key):
    first = pay(platform, key, LIMIT - 1)
    second = pay(platform, key, 1, first.recipient_id)
    third = pay(platform, key, 1, first.recipient_id)

    assert required(first, second, third) == [0, 0, 1]
    assert [payout.approval.amount_before for payout in (first, second, third)] == [0, LIMIT - 1, LIMIT]
    assert third.approval.parts == [second.public_id, first.public_id]
    assert required(pay(platform, key, 900_000, first.recipient_id)) == [2], "it passes the limit of one approval"
    assert required(pay(platform, key, 1)) == [0], "others count for themselves"


def test_payouts_to_one_account_count_together_whoever_holds_it(platform, key):
    account = factories.iban()
    first = pay(platform, key, recipient=factories.recipient_draft("Ada Quill", iban=account))
    second = pay(platform, key, recipient=factories.recipient_draft("Bo Tamm", iban=account))
    third = pay(platform, key, recipient=second.recipient_id)

    assert first.recipient_id != second.recipient_id
    assert required(first, second, third) == [0, 1, 1]
    assert third.approval.amount_before == 2 * LIMIT, "what went to both this recipient and this account counts once"


def test_the_parts_of_a_batch_count_in_their_order(platform, key):
    first = pay(platform, key, 40_000)
    to = first.recipient_id
    drafts = [factories.payout_draft(30_000, to) for _ in range(4)]
    _, made = create_batch(platform.pk, "PARTS", drafts, by=key)

    assert [payout.approval.amount_before for payout in made] == [40_000, 70_000, 100_000, 130_000]
    assert required(*made) == [0, 0, 1, 1]
    assert made[2].approval.parts == [made[1].public_id, made[0].public_id, first.public_id]


def test_another_platform_and_another_currency_count_for_themselves(platform, key, bank_account):
    account = factories.iban()
    pay(platform, key, recipient=factories.recipient_draft(iban=account))
    other = factories.partner("Brookstore")
    factories.policy((LIMIT, 0), (None, 1), platform=other)
    factories.fund(other, bank_account, 10_000_000)
    service, _ = factories.key_of(other)
    assert required(pay(other, service, recipient=factories.recipient_draft(iban=account))) == [0]


def test_what_ended_without_paying_counts_no_more(platform, key, operator):
    first = pay(platform, key)
    cancel_payouts([first.pk], by=operator, reason="Twice")
    assert required(pay(platform, key, recipient=first.recipient_id)) == [0]


@pytest.mark.except_invariants("approvals_count_what_came_before")  # only the payout's id is of the day before
def test_what_is_older_than_a_day_counts_no_more(platform, key, monkeypatch):
    from apps.core import ids

    monkeypatch.setattr(ids.time, "time_ns", lambda now=ids.time.time_ns: now() - 24 * 3600 * 10**9 - 10**9)
    first = pay(platform, key)
    monkeypatch.undo()
    assert required(pay(platform, key, recipient=first.recipient_id)) == [0]


def test_only_the_newest_parts_are_named(platform, key):
    first = pay(platform, key, 1)
    made = create_payouts(platform.pk, [factories.payout_draft(1, first.recipient_id) for _ in range(30)], by=key)
    assert made[-1].approval.amount_before == 30
    assert made[-1].approval.parts == [payout.public_id for payout in reversed(made[-1 - MOST_PARTS : -1])]


def test_a_large_set_costs_no_statement_more(platform, key):
    first = pay(platform, key, 1)

    def statements(count):
        drafts = [factories.payout_draft(1, first.recipient_id if n % 2 else None) for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            create_payouts(platform.pk, drafts, by=key)
        return len(queries)

    assert statements(4) == statements(40)


def test_a_file_is_told_what_it_will_need(platform, operator, key):
    account = factories.iban()
    first = pay(platform, key, 40_000, factories.recipient_draft(iban=account))
    content = table(
        line("A-1", "400.00", iban=account),
        line("A-2", "1.005", iban=account),
        line("A-3", "200.00", iban=account, name="Bo Tamm"),
        line("A-4", "0.01", iban=account),
        line("A-5", "200.00"),
    )
    plan = planned(platform, operator, content)
    assert [row.answer.get("approvals") for row in rows_of(plan)] == [0, None, 0, 1, 0]

    plan = committed(plan, operator, "valid_rows")
    made = [row.payout for row in rows_of(plan) if row.payout]
    assert (plan.status, required(*made)) == ("committed", [0, 0, 1, 0])
    assert made[2].approval.amount_before == 100_000
    assert made[2].approval.parts == [made[1].public_id, made[0].public_id, first.public_id]


def test_rows_in_another_chunk_count(platform, operator, monkeypatch):
    from apps.payouts.operations import committing, planning

    for module in (planning, committing):
        monkeypatch.setattr(module, "CHUNK", 2)
    account = factories.iban()
    plan = planned(platform, operator, table(*[line(f"A-{n}", "300.00", iban=account) for n in range(5)]))
    assert [row.answer["approvals"] for row in rows_of(plan)] == [0, 0, 0, 1, 1]
    plan = committed(plan, operator)
    assert (plan.status, required(*[row.payout for row in rows_of(plan)])) == ("committed", [0, 0, 0, 1, 1])


def test_explain_says_what_counted_and_its_parts(platform, key):
    first = pay(platform, key)
    second = Payout.objects.with_facts().get(pk=pay(platform, key, 25_50, first.recipient_id).pk)

    said = explain(second)
    assert said["counted"] == {
        "amount": "1025.50",
        "currency": "EUR",
        "rule": "what one recipient or account gets within 24 hours counts together",
        "parts": [first.public_id],
    }
    assert said["waiting_on"][0]["rule"] == (
        "approval policy version 1: one approval for 1025.50 EUR, all that this recipient or account gets in 24 hours"
    )
    assert explain(first)["counted"] is None


def test_the_preview_of_a_policy_counts_the_same(platform, key):
    first = pay(platform, key)
    pay(platform, key, 50_000, first.recipient_id)
    bands = [{"up_to": 120_000, "approvals": 0}, {"up_to": None, "approvals": 3}]
    version = SettingVersion(kind="approval_policy", partner=platform, currency="EUR", content={"bands": bands})

    told = preview(version)
    assert [(row["needed"], row["count"], row["changed"]) for row in told["rows"]] == [(0, 1, 0), (3, 1, 1)]


def test_no_statement_asks_for_fewer_than_the_sum_needs(platform, key):
    first = pay(platform, key)
    second = pay(platform, key, recipient=first.recipient_id)
    for change in ("amount_before = 0", "required = 0", "parts = '{}'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE approvals_request SET {change} WHERE id = %s", [second.approval_id])


@pytest.mark.usefixtures("committed_db")
def test_parts_at_once_do_not_slip_by(platform, key):
    account = factories.iban()
    for _ in range(5):
        recipient = pay(platform, key, 1).recipient_id
        ask = [partial(pay, platform, key, 60_000, recipient) for _ in range(3)]
        assert sorted(required(*at_once(*ask))) == [0, 1, 1]
    new = [partial(pay, platform, key, 60_000, factories.recipient_draft(name, iban=account)) for name in "ABC"]
    assert sorted(required(*at_once(*new))) == [0, 1, 1], "recipients made at the same moment, with one account"


@pytest.mark.usefixtures("committed_db")
def test_sets_in_opposite_order_do_not_stop_each_other(platform, key):
    recipients = [pay(platform, key, 1).recipient_id for _ in range(8)]

    def ask(order):
        return create_payouts(platform.pk, [factories.payout_draft(1, one) for one in order], by=key)

    for _ in range(5):
        outcomes = at_once(partial(ask, recipients), partial(ask, recipients[::-1]), fund_waiting)
        assert [len(made) for made in outcomes[:2]] == [8, 8]
