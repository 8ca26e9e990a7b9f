"""The list of payouts: search, filters, leafing and views."""

import time
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.core.ids import encode, uuid7
from apps.partners.models import Partner
from apps.payouts.jobs import submit_due
from apps.payouts.listing import Question, find
from apps.payouts.models import Attempt, Payout, SavedView
from apps.payouts.operations import approve_payouts, create_batch, create_payouts, hold_payouts, stop_sending
from apps.payouts.search import amounts
from apps.rails.models import Stop
from apps.recipients.operations import create_recipients
from tests import factories
from tests.clocks import reach_cut_off
from tests.doors.conftest import queries_of, text_of, told

LIST = "/admin/payouts/payout/"


def shown(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [payout.pk for payout, _ in answer.context["rows"]]


def test_whatever_a_caller_quotes_finds_the_payout_and_nothing_else(as_, large, platform, key, auditor, approvers):
    iban = factories.iban()
    recipient = factories.recipient_draft("Zoë d’Ærøskøbing-Łysá", iban=iban)
    _, [quoted] = create_batch(
        platform.pk, "OCT-7", [factories.payout_draft(amount=125_000, recipient=recipient)], by=key
    )
    [quoted] = approve_payouts([quoted.pk], by=approvers[0], digests={quoted.pk: quoted.digest})
    reach_cut_off(quoted.bank_account, [quoted])
    submit_due()
    quoted = Payout.objects.with_payees().get(pk=quoted.pk)
    attempt = Attempt.objects.get(payout=quoted)
    client = as_(auditor)
    for term in (
        quoted.public_id, quoted.public_id.upper(), f" {quoted.reference} ", quoted.end_to_end_id.lower(),
        attempt.instruction_id, quoted.batch.public_id, "OCT-7", quoted.recipient.public_id,
        iban, f"{iban[:4]} {iban[4:]}", iban[-4:], quoted.method_version.account_masked[-4:],
        "zoe", "ZOË", "aeros", "lysa zo", "d'aero", "Łysá",
        "1,250.00", "1250", "1.250,00", "1250,00", "EUR 1250", "1 250.00 eur", "€1,250", "1'250",
    ):  # fmt: skip
        assert shown(client, q=term) == [quoted.pk], term
    for term in ("nobody", "skob", "1,250.01", "12,50", "OCT", "po_nonsense", "%", "' OR 1=1 --", ":*", "0", "١٢"):
        assert shown(client, q=term) == [], term
    assert shown(client, q="zoe", state="awaiting_funds,paid") == []
    assert shown(client, q="zoe", partner=platform.public_id, state=quoted.status) == [quoted.pk]


def test_the_name_of_batches_finds_large_and_small_ones(as_, platform, key, auditor, monkeypatch):
    monkeypatch.setattr("apps.payouts.search.LARGE_BATCH", 2)
    other = factories.partner("Other")
    factories.fund(other, factories.bank_account("Second"), 1_000_000)
    made = []
    for partner, by, size in ((platform, key, 3), (other, factories.key_of(other)[0], 1)):
        drafts = [factories.payout_draft() for _ in range(size)]
        made += [payout.pk for payout in create_batch(partner.pk, "NOV-7", drafts, by=by)[1]]
    assert set(shown(as_(auditor), q="NOV-7")) == set(made) and len(made) == 4


def test_an_amount_means_what_its_currency_lets_it_mean():
    every = {"EUR", "JPY", "KWD"}
    assert amounts("12,50", every) == [("EUR", 1250), ("KWD", 12500)]
    assert amounts("1,250", every) == [("EUR", 125), ("EUR", 125_000), ("JPY", 1250), ("KWD", 1250), ("KWD", 1_250_000)]
    assert amounts("1.234.567,89", every) == [("EUR", 123_456_789), ("KWD", 1_234_567_890)]
    assert amounts("1.234.567", {"EUR"}) == amounts("1,234,567.00", {"EUR"}) == [("EUR", 123_456_700)]
    assert amounts("JPY 1,250", every) == [("JPY", 1250)]
    for nothing in ("", "0", "abc", "1e5", "-5", "1..5", "9" * 30):
        assert amounts(nothing, every) == []


def test_filters_show_only_their_rows(as_, large, in_review, bank_account, platform, auditor, operator):
    client = as_(auditor)
    both = [in_review.pk, large.pk] if in_review.pk > large.pk else [large.pk, in_review.pk]
    assert shown(client, state="awaiting_approval,awaiting_funds") == shown(client, turn="approvers") == [large.pk]
    assert shown(client, state="in_review", turn="approvers") == []
    road = {"rail": "sepa_credit_transfer", "bank_account": bank_account.public_id, "currency": "EUR"}
    for query in ({"partner": platform.public_id}, *({name: value} for name, value in road.items()), road):
        assert shown(client, **query) == both, query
    assert shown(client, rail="sepa_instant") == []
    assert shown(client, least="10000.01", most="10000.01") == shown(client, least="451") == [large.pk]
    day = timezone.now().date()
    assert shown(client, created_from=day, created_to=day) == both
    assert (
        shown(client, created_to=day - timedelta(days=1)) == shown(client, created_from=day + timedelta(days=1)) == []
    )
    assert shown(client, cut_off_from=large.cut_off_at.date(), cut_off_to=large.cut_off_at.date()) == both
    assert shown(client, paid_from=day) == []
    assert shown(client, recipient=large.recipient.public_id) == [large.pk]
    hold_payouts([large.pk], by=operator, reason="Recipient called")
    assert shown(client, kept="held") == [large.pk]
    assert shown(client, kept="stopped") == []
    refused = text_of(client.get(LIST, {"least": "x", "created_from": "yesterday"}))
    assert "A filter cannot be read, so nothing is shown" in refused
    assert client.get(LIST, {"least": "x"}).context["rows"] == []


def test_a_platform_is_found_that_is_too_many_to_be_chosen(as_, large, platform, auditor, monkeypatch):
    monkeypatch.setattr("apps.payouts.admin.questions.MOST_PLATFORMS", 1)
    first = factories.partner("<A> & Co")
    client = as_(auditor)
    asked = {"partner": platform.public_id}
    assert shown(client, **asked) == [large.pk]
    page = client.get(LIST, asked).content.decode()
    assert f'<option value="{first.public_id}">&lt;A&gt; &amp; Co</option>' in page
    assert f'<option value="{platform.public_id}" selected>{platform.name}</option>' in page
    assert platform.public_id not in client.get(LIST, {"partner": first.public_id}).content.decode()
    for nobody in (large.public_id, "ptn_nonsense", encode(Partner.id_prefix, uuid7())):
        assert "A filter cannot be read" in text_of(client.get(LIST, {"partner": nobody}))


@pytest.mark.parametrize("scope", Stop.Scope.values)
def test_what_is_stopped_is_what_an_open_stop_covers(as_, large, in_review, platform, operator, auditor, scope):
    values = {"partner": platform.public_id, "rail": large.rail, "bank_account": large.bank_account.public_id,
              "country": "DE", "recipient": large.recipient.public_id}  # fmt: skip
    client = as_(auditor)
    stop_sending("country", "LT", by=operator, reason="Another country")
    [other] = create_recipients(platform.pk, [factories.recipient_draft()], by=operator)
    stop_sending("recipient", other.public_id, by=operator, reason="Somebody else")
    assert shown(client, kept="stopped") == []
    stop_sending(scope, values.get(scope, ""), by=operator, reason="Asked to")
    covered = [large.pk] if scope == "recipient" else [in_review.pk, large.pk]
    assert sorted(shown(client, kept="stopped")) == sorted(Payout.objects.stopped().values_list("pk", flat=True))
    assert sorted(shown(client, kept="stopped")) == sorted(covered)
    assert shown(client, kept="stopped", state="in_review") == [pk for pk in covered if pk == in_review.pk]


def test_one_leafs_from_row_to_row_in_a_fixed_number_of_queries(as_, platform, key, auditor, monkeypatch):
    client, counts = as_(auditor), []
    for size in (2, 53):
        create_batch(platform.pk, f"B-{size}", [factories.payout_draft() for _ in range(size)], by=key)
        counts.append([queries_of(client, f"{LIST}{query}") for query in ("", "?q=ada", "?state=paid,scheduled,sent")])
    assert counts[0] == counts[1]
    every = list(Payout.objects.order_by("-pk").values_list("pk", flat=True))
    first = client.get(LIST).context["found"]
    assert [row.pk for row in first.rows] == every[:50] and first.has_older and not first.has_newer
    rest = client.get(LIST, {"before": first.rows[-1].public_id}).context["found"]
    assert [row.pk for row in rest.rows] == every[50:] and rest.has_newer and not rest.has_older
    back = client.get(LIST, {"after": rest.rows[0].public_id}).context["found"]
    assert [row.pk for row in back.rows] == every[:50] and back.has_older and not back.has_newer


def test_a_view_is_ones_own_and_its_address_is_anybodys(as_, large, auditor, operator):
    mine, theirs = as_(auditor), as_(operator)
    save = {"name": " Big  ones ", "query": "state=awaiting_approval&least=10000"}
    assert told(mine.post(f"{LIST}views/save/", save, follow=True)) == "The view is kept."
    assert "needs a name" in told(mine.post(f"{LIST}views/save/", save | {"name": " "}, follow=True))
    view = SavedView.objects.get(owner=auditor, name="Big ones")
    page = mine.get(f"{LIST}?{view.query}")
    assert [item["is_chosen"] for item in page.context["views"]] == [True]
    assert "★ Big ones" in text_of(page) and "★" not in text_of(theirs.get(f"{LIST}?{view.query}"))
    assert shown(theirs, state="awaiting_approval", least="10000") == [large.pk]
    assert "You keep no such view." in told(theirs.post(f"{LIST}views/remove/", {"view": view.public_id}, follow=True))
    assert SavedView.objects.count() == 1
    mine.post(f"{LIST}views/remove/", {"view": view.public_id})
    assert not SavedView.objects.exists()


def test_who_may_not_look_finds_nothing(as_, large):
    client = as_(factories.person("administrator"))
    assert client.get(LIST).status_code == 403
    answer = client.post(f"{LIST}views/save/", {"name": "x", "query": ""}, follow=True)
    assert answer.status_code == 403 and not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["before=po_1", "after=x", "batch=bat_1", "partner=ptn_1", "state=none", "q=%00"])
def test_odd_addresses_do_no_harm(as_, large, auditor, query):
    assert as_(auditor).get(f"{LIST}?{query}").status_code == 200


def test_a_search_leafs_through_every_row_once_whatever_the_order_of_creation(platform, key, bank_account, monkeypatch):
    """The id is made before the wait for the platform's balance and `created_at` behind it, so others may overtake."""
    ids_run_backwards = count(time.time_ns(), -1_000_000_000)
    monkeypatch.setattr("apps.core.ids.time", SimpleNamespace(time_ns=lambda: next(ids_run_backwards)))
    drafts = [
        factories.payout_draft(amount=100 + number, recipient=factories.recipient_draft("Zoltan Reverse"))
        for number in range(4)
    ]
    made = [payout for draft in drafts for payout in create_payouts(platform.pk, [draft], by=key)]
    assert [payout.pk for payout in sorted(made, key=lambda one: one.created_at)] == [payout.pk for payout in made]
    ids = [payout.pk for payout in made]
    assert ids == sorted(ids, reverse=True)
    question, seen, before = Question(text="zoltan"), [], None
    for _ in made:
        page = find(question, [bank_account], before=before, size=1)
        seen += [payout.pk for payout in page.rows]
        before = seen[-1]
    assert seen == ids
    assert not page.has_older
    assert [payout.pk for payout in find(question, [bank_account], after=ids[-1], size=1).rows] == [ids[-2]]


def test_days_and_amounts_out_of_bounds_are_answered(as_, approvers, large):
    client = as_(approvers[0])
    for day in ("0026-01-02", "1969-12-31", "9999-12-31"):
        answer = client.get("/admin/payouts/payout/", {"created_from": day, "paid_to": day})
        assert answer.status_code == 200
        assert "Choose a day" in answer.content.decode()
    assert answer.context["found"] is None
    assert client.get("/admin/payouts/payout/", {"most": "0"}).context["rows"] == []
    assert client.get("/admin/payouts/payout/", {"least": "10000.015", "most": "10000.015"}).context["rows"] == []
