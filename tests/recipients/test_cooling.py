"""How long accounts rest, also those of recipients who are made again to get around it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.approvals.operations import SettingDraft, draft_setting
from apps.core.database import database_now
from apps.core.errors import Invalid
from apps.payouts.explain import waiting_on
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts, decide_method_change
from apps.recipients.models import MethodChange
from apps.recipients.operations import MethodDraft, change_method, create_recipients
from tests import factories

MOMENT = timedelta(minutes=1)


def make(platform, by, name="Ada Quill", **details):
    [recipient] = create_recipients(platform.pk, [factories.recipient_draft(name, **details)], by=by)
    return recipient


def rest_of(recipient):
    """Return for how many whole hours the recipient's account rests from now on."""
    rest = recipient.method_version.usable_from - database_now() + MOMENT
    return max(rest, timedelta()) // timedelta(hours=1)


@pytest.fixture
def proposed(platform, key, operator):
    """The account that somebody wants to change a recipient to."""
    iban = factories.iban()
    change_method(make(platform, key).pk, MethodDraft(iban=iban), by=operator)
    return iban


def test_a_first_account_is_usable_at_once(platform, key):
    assert rest_of(make(platform, key)) == 0
    assert rest_of(make(platform, key)) == 0, "a namesake is nobody in particular"


@pytest.mark.parametrize("decision", ["", "withdraw", "refuse"])
def test_an_account_of_a_change_that_nobody_confirmed_rests_wherever_it_comes_again(
    decision, platform, key, operator, approvers, proposed
):
    if decision:
        by = operator if decision == "withdraw" else approvers[0]
        decide_method_change(MethodChange.objects.get().pk, by=by, decision=decision, reason="She does not know of it")
    assert rest_of(make(platform, key, "Bo Tamm", iban=proposed)) == 24
    without = make(platform, key, "Cy Tamm", method=None)
    assert rest_of(without) == 0


def test_an_account_of_a_confirmed_change_rests_as_long_as_the_change(platform, key, approvers, proposed):
    change = MethodChange.objects.get()
    decide_method_change(change.pk, by=approvers[0], decision="confirm")
    assert make(platform, key, "Bo Tamm", iban=proposed).method_version.usable_from == change.version.usable_from


@pytest.mark.parametrize(
    ("before", "again", "hours"),
    [
        ({"date_of_birth": date(1980, 2, 29)}, {"date_of_birth": date(1980, 2, 29)}, 24),
        ({"date_of_birth": date(1980, 2, 29)}, {"date_of_birth": date(1980, 3, 1)}, 0),
        ({"date_of_birth": date(1980, 2, 29)}, {}, 0),
        ({"email": "ada@quill.test"}, {"email": "Ada@quill.test"}, 24),
        ({"email": "ada@quill.test"}, {"email": "bo@quill.test"}, 0),
    ],
)
def test_who_is_made_again_with_another_account_is_paid_after_a_rest(before, again, hours, platform, key):
    first = make(platform, key, "Ada Quill", **before)
    assert rest_of(first) == 0
    assert rest_of(make(platform, key, "QUILL, Ada", **again)) == hours


def test_who_is_made_again_with_the_same_account_does_not_rest(platform, key):
    iban = factories.iban()
    make(platform, key, email="ada@quill.test", iban=iban)
    assert rest_of(make(platform, key, email="ada@quill.test", iban=iban)) == 0


def test_other_platforms_learn_nothing_of_it(platform, key, proposed):
    other = factories.partner("Brookstore")
    service, _ = factories.key_of(other)
    make(platform, key, "Bo Tamm", email="bo@tamm.test")
    assert rest_of(make(other, service, "Bo Tamm", email="bo@tamm.test", iban=proposed)) == 0


def test_a_payout_to_it_waits_and_says_why(platform, key, bank_account, proposed):
    draft = factories.payout_draft(
        recipient=factories.recipient_draft("Bo Tamm", iban=proposed), rail="sepa_credit_transfer"
    )
    [payout] = create_payouts(platform.pk, [draft], by=key)
    usable = payout.method_version.usable_from
    assert not Payout.objects.due(bank_account, usable - MOMENT).exists()
    assert Payout.objects.due(bank_account, max(usable, payout.cut_off_at) + MOMENT).exists()
    Payout.objects.filter(pk=payout.pk).update(cut_off_at=usable - MOMENT)
    item, _ = waiting_on(Payout.objects.with_facts().get(pk=payout.pk))
    assert (item["what"], item["until"]) == ("cooling_off", usable.isoformat())
    assert item["rule"].startswith("the account, or the recipient by another account, was known before")


def test_many_recipients_cost_no_statement_more(platform, key, proposed):
    def statements(count):
        drafts = [factories.recipient_draft("Ada Quill", email="ada@quill.test") for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            create_recipients(platform.pk, drafts, by=key)
        return len(queries)

    assert statements(2) == statements(30)


def test_two_people_say_for_how_long_accounts_rest(platform, key, operator):
    first = make(platform, key)
    factories.setting("cooling_off", {"hours": 72})
    own = factories.partner("Brookstore")
    factories.setting("cooling_off", {"hours": 0}, platform=own)
    service, _ = factories.key_of(own)
    second = make(own, service)

    for recipient, hours in ((first, 72), (second, 0)):
        change_method(recipient.pk, MethodDraft(iban=factories.iban()), by=operator)
        recipient.method_version = MethodChange.objects.get(method__recipient=recipient).version
        assert rest_of(recipient) == hours


@pytest.mark.parametrize(
    "content", [{}, {"hours": -1}, {"hours": 721}, {"hours": "24"}, {"hours": True}, {"days": 1}, 24]
)
def test_what_is_no_number_of_hours_is_not_drafted(content, db):
    with pytest.raises(Invalid) as refusal:
        draft_setting(SettingDraft("cooling_off", content, reason="For a test"), by=factories.person("treasurer"))
    assert [fault.code for fault in refusal.value.errors] == ["hours-format"]
