"""A payout that looks like another one is made, and held until a person has looked at both."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.errors import Invalid
from apps.events.models import Event
from apps.payouts.duplicates import DUPLICATES, MOST_NAMED, alike
from apps.payouts.errors import CannotHold
from apps.payouts.explain import explain
from apps.payouts.models import Hold, Payout
from apps.payouts.operations import (
    cancel_payouts,
    commit_plans,
    create_batch,
    create_payouts,
    hold_payouts,
    lift_holds,
    start_due,
)
from apps.payouts.together import Part
from tests import factories
from tests.payouts.test_plans import committed, line, planned, rows_of, table
from tests.threads import at_once

AMOUNT = 125_50


def pay(platform, by, recipient=None, amount=AMOUNT, **details):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount, recipient, **details)], by=by)
    return payout


def looks_like(payout):
    """Return the references of the payouts that this one is held for, as its explanation tells them."""
    return [one["reference"] for one in explain(Payout.objects.with_facts().get(pk=payout.pk))["duplicates"]]


def test_the_same_amount_to_the_same_recipient_is_made_and_held(platform, key):
    first = pay(platform, key, reference="FIRST")
    second = pay(platform, key, first.recipient_id, reference="SECOND")

    assert not first.open_holds and second.status == "scheduled" and second.funding == "reserved"
    hold = Hold.objects.get()
    assert (hold.payout_id, hold.kind, hold.opened_by) == (second.pk, "duplicate", None)
    assert hold.alike == [{"id": first.public_id, "reference": "FIRST"}]
    told = explain(Payout.objects.with_facts().get(pk=second.pk))
    assert told["duplicates"] == hold.alike
    item = told["waiting_on"][0]
    assert (item["what"], item["who"]) == ("duplicate", "approver")
    assert item["rule"] == "likely duplicate: the same amount to the same recipient or account as FIRST"
    types = Event.objects.filter(subject=second.public_id).order_by("sequence").values_list("type", flat=True)
    assert list(types) == ["payout.created", "payout.held"]
    told = Event.objects.get(type="payout.created", subject=second.public_id).data
    assert told["waiting_on"][0]["what"] == "duplicate"


def test_what_differs_or_came_to_nothing_is_no_duplicate(platform, key, operator):
    account = factories.iban()
    first = pay(platform, key, factories.recipient_draft("Ada Quill", iban=account), reference="FIRST")
    to = first.recipient_id
    assert looks_like(pay(platform, key, to, AMOUNT + 1)) == []
    assert looks_like(pay(platform, key, factories.recipient_draft("Ada Quill"))) == []
    other = factories.partner("Brookstore")
    service, _ = factories.key_of(other)
    assert looks_like(pay(other, service, factories.recipient_draft("Ada Quill", iban=account))) == []
    assert looks_like(pay(platform, key, factories.recipient_draft("Bo Tamm", iban=account))) == ["FIRST"]

    third = pay(platform, key, to, 7)
    cancel_payouts([third.pk], by=operator, reason="Not needed")
    assert looks_like(pay(platform, key, to, 7)) == []


def test_the_newest_few_are_named_also_of_the_same_batch(platform, key):
    to = pay(platform, key, reference="P-0").recipient_id
    drafts = [factories.payout_draft(AMOUNT, to, reference=f"P-{number}") for number in range(1, 6)]
    _, made = create_batch(platform.pk, "TWINS", drafts, by=key)
    assert [looks_like(payout) for payout in made] == [
        ["P-0"],
        ["P-1", "P-0"],
        ["P-2", "P-1", "P-0"],
        ["P-3", "P-2", "P-1"],
        ["P-4", "P-3", "P-2"],
    ]
    assert looks_like(pay(platform, key, to)) == ["P-5", "P-4", "P-3"] and MOST_NAMED == 3


def test_it_does_not_leave_until_a_person_has_said_why(platform, key, bank_account, approvers):
    first = pay(platform, key, rail="sepa_credit_transfer")
    second = pay(platform, key, first.recipient_id, rail="sepa_credit_transfer")
    passed = bank_account.business_now() - timedelta(hours=1)
    Payout.objects.update(cut_off_at=passed)
    start_due()
    assert Payout.objects.get(pk=first.pk).status == "submitting"
    assert Payout.objects.get(pk=second.pk).status == "scheduled"

    with pytest.raises(CannotHold, match="Give a reason"):
        lift_holds([second.pk], by=approvers[0], reason=" ")
    assert Hold.objects.open().count() == 1
    hold_payouts([second.pk], by=approvers[0], reason="Wait for her call")
    lift_holds([second.pk], by=approvers[0], reason="Two invoices of the same amount")
    assert not Hold.objects.open().exists() and looks_like(second) == []
    lifted = Hold.objects.get(kind="duplicate")
    assert (lifted.lifted_by, lifted.lifted_reason) == (approvers[0], "Two invoices of the same amount")


def test_no_code_lifts_it_without_a_person(platform, key):
    to = pay(platform, key).recipient_id
    pay(platform, key, to)
    for values in ({"lifted_at": "2026-01-01T00:00Z"}, {"alike": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.filter(kind="duplicate").update(**values)
    assert Hold.objects.open().filter(kind="duplicate").count() == 1


def test_two_people_say_how_many_days_count(platform, key):
    first = pay(platform, key)
    part = Part(first.recipient_id, bytes(first.method_version.account_index), "EUR", AMOUNT)

    def found_after(days):
        [found] = alike(platform.pk, [part], first.created_at + timedelta(days=days))
        return [one["id"] for one in found]

    assert found_after(2.99) == [first.public_id] and found_after(3.01) == []
    factories.setting("duplicates", {"days": 30})
    assert found_after(29.99) == [first.public_id] and found_after(30.01) == []
    factories.setting("duplicates", {"days": 0}, platform=platform)
    drafts = [factories.payout_draft(AMOUNT, first.recipient_id) for _ in range(2)]
    _, made = create_batch(platform.pk, "NONE", drafts, by=key)
    assert [looks_like(payout) for payout in made] == [[], []] and not Hold.objects.exists()


@pytest.mark.parametrize("days", [-1, 91, "7", 1.5, True])
def test_days_are_few_and_whole(days):
    assert [fault.code for fault in DUPLICATES.faults("", "", {"days": days})] == ["days-format"]


def test_a_form_takes_whole_days_only():
    assert DUPLICATES.read("", {"days": "14"}) == {"days": 14}
    with pytest.raises(Invalid):
        DUPLICATES.read("", {"days": "1e1"})


def test_a_file_tells_of_them_before_and_holds_them_after(platform, operator, key):
    known = factories.iban()
    first = pay(platform, key, factories.recipient_draft("Ada Quill", iban=known), 10_01)
    plan = planned(platform, operator, table(line("D-1", "10.01", iban=known), line("D-2", "10.01", iban=known)))
    assert [row.answer["duplicates"] for row in rows_of(plan)] == [[first.public_id], [first.public_id]]
    committed(plan, operator)
    assert commit_plans() == 0
    one, two = (Payout.objects.get(reference=reference) for reference in ("D-1", "D-2"))
    assert looks_like(one) == [first.reference] and looks_like(two) == ["D-1", first.reference]


@pytest.mark.usefixtures("committed_db")
def test_of_two_at_the_same_moment_one_is_held(platform, key):
    to = pay(platform, key, amount=1).recipient_id
    at_once(*[partial(pay, platform, key, to) for _ in range(2)])
    assert Hold.objects.open().filter(kind="duplicate").count() == 1


def test_many_cost_no_statement_more(platform, key):
    to = pay(platform, key).recipient_id

    def statements(count):
        drafts = [factories.payout_draft(AMOUNT, to) for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            create_payouts(platform.pk, drafts, by=key)
        return len(queries)

    assert statements(1) == statements(20)
