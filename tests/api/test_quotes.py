"""Quotes: what a payout would cost on each rail, for a while, and a payout at exactly that price or a refusal that says why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.events.models import Event
from apps.payouts.models import Payout
from apps.pricing.models import LASTS, Quote
from tests import factories
from tests.api.conftest import a_payout, a_recipient

SEPA, INSTANT = "sepa_credit_transfer", "sepa_instant"
WANTED = {"amount": "125.50", "currency": "EUR", "country": "DE"}


@pytest.fixture
def schedule(platform):
    return factories.fees(SEPA, platform=platform, fixed=50, basis_points=125)


def quoted(api, **changes):
    body = {name: value for name, value in (WANTED | changes).items() if value is not None}
    answer = api.create("/quotes", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def refusals(answer):
    assert answer.status_code == 422, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_quote_says_on_every_rail_what_it_would_cost_and_when_it_arrives(api, schedule):
    quote = quoted(api)
    assert (quote["status"], quote["amount"], quote["country"], quote["rail"]) == ("open", "125.50", "DE", "auto")
    sepa, instant = quote["options"]
    assert (sepa["rail"], sepa["is_possible"], sepa["reasons"]) == (SEPA, True, [])
    assert (sepa["total"], sepa["net"]) == ("127.57", "125.50")
    assert (sepa["fee"]["amount"], sepa["fee"]["paid_by"]) == ("2.07", "platform")
    assert [item["amount"] for item in sepa["fee"]["items"]] == ["0.50", "1.57"]
    assert sepa["fee"]["schedule"] == {"id": schedule.public_id, "version": 1}
    assert sepa["execute_on"] < sepa["arrives_on"] and sepa["cut_off_at"][:10] <= sepa["execute_on"]
    assert (instant["rail"], instant["is_possible"], instant["total"]) == (INSTANT, False, None)
    assert [reason["code"] for reason in instant["reasons"]] == ["no-instant-access"]
    assert api.read(f"/quotes/{quote['id']}").json() == quote
    row = Quote.objects.get()
    assert row.expires_at - row.created_at == LASTS == timedelta(minutes=30)
    assert Event.objects.get(type="quote.created").data["id"] == quote["id"]
    assert not Payout.objects.exists()


def test_quote_without_a_schedule_costs_nothing(api):
    option = quoted(api)["options"][0]
    assert (option["fee"], option["total"], option["net"]) == (None, "125.50", "125.50")


def test_rail_that_cannot_says_why(api, platform):
    factories.fees(SEPA, platform=platform, fixed=200_00, paid_by="recipient")
    [sepa, instant] = quoted(api, rail=SEPA)["options"]
    assert (sepa["is_possible"], [reason["code"] for reason in sepa["reasons"]]) == (False, ["fee-takes-all"])
    assert [reason["code"] for reason in instant["reasons"]] == ["not-requested"]
    far = quoted(api, country="JP")["options"][0]
    assert [reason["code"] for reason in far["reasons"]] == ["country-not-served"]


def test_payout_has_the_quoted_price_though_the_schedule_has_changed(api, schedule, platform):
    quote = quoted(api)
    factories.fees(SEPA, platform=platform, fixed=9_00)
    payout = api.create("/payouts", a_payout(quote=quote["id"])).json()
    assert (payout["quote"], payout["total"], payout["fee"]["schedule"]["version"]) == (quote["id"], "127.57", 1)
    after = api.read(f"/quotes/{quote['id']}").json()
    assert (after["status"], after["payout"]) == ("used", payout["id"])
    assert api.create("/payouts", a_payout()).json()["total"] == "134.50"


def test_quote_is_for_one_payout(api, schedule):
    quote = quoted(api)
    api.create("/payouts", a_payout(quote=quote["id"]))
    assert refusals(api.create("/payouts", a_payout(quote=quote["id"]))) == [("/quote", "quote-used")]
    other = quoted(api)
    two = [a_payout(quote=other["id"]), a_payout(quote=other["id"])]
    assert refusals(api.create("/batches", {"reference": "B", "payouts": two})) == [("/payouts/1/quote", "quote-used")]
    assert Payout.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"amount": "125.51"}, "another amount"),
        ({"recipient": a_recipient(country="NL", method={"type": "iban", "iban": "NL91ABNA0417164300"})}, "country"),
    ],
)
def test_quote_for_something_else_is_refused(api, schedule, asked, said):
    answer = api.create("/payouts", a_payout(quote=quoted(api)["id"], **asked))
    assert refusals(answer) == [("/quote", "quote-does-not-fit")]
    assert said in answer.json()["errors"][0]["detail"]
    assert not Payout.objects.exists()


def test_quote_for_a_recipient_is_for_nobody_else(api, schedule):
    known = api.create("/recipients", a_recipient()).json()
    quote = quoted(api, country=None, recipient=known["id"])
    assert (quote["recipient"], quote["method"], quote["country"]) == (known["id"], known["method"]["id"], "DE")
    refused = api.create("/payouts", a_payout(quote=quote["id"]))
    assert refusals(refused) == [("/quote", "quote-does-not-fit")]
    paid = api.create("/payouts", a_payout(quote=quote["id"], recipient=known["id"])).json()
    assert paid["total"] == "127.57"


def test_quote_of_another_rail_is_refused(api, schedule, platform):
    quote = quoted(api, rail=INSTANT)
    assert refusals(api.create("/payouts", a_payout(quote=quote["id"]))) == [("/quote", "quote-does-not-fit")]


def test_expired_quote_is_refused_and_says_so(api, schedule, monkeypatch):
    monkeypatch.setattr("apps.payouts.operations.quotes.LASTS", timedelta(microseconds=1))
    quote = quoted(api)
    answer = api.create("/payouts", a_payout(quote=quote["id"]))
    assert refusals(answer) == [("/quote", "quote-expired")]
    assert "Ask for another one" in answer.json()["errors"][0]["detail"]
    assert api.read(f"/quotes/{quote['id']}").json()["status"] == "expired"
    assert not Payout.objects.exists()


def test_what_cannot_be_priced_is_refused(api, stranger, client_with):
    known = api.create("/recipients", a_recipient()).json()
    for changes, expected in [
        ({"country": None}, ("/recipient", "recipient-or-country")),
        ({"recipient": known["id"]}, ("/recipient", "recipient-or-country")),
        ({"method": known["method"]["id"]}, ("/method", "method-of-nobody")),
        ({"amount": "0"}, ("/amount", "amount-not-positive")),
        ({"amount": 125.5}, ("/amount", "amount-must-be-string")),
        ({"currency": "EURO"}, ("/currency", "unknown-currency")),
        ({"country": "XX"}, ("/country", "unknown-country")),
        ({"execute_on": "2020-01-01"}, ("/execute_on", "date-out-of-range")),
    ]:
        body = {name: value for name, value in (WANTED | changes).items() if value is not None}
        assert refusals(api.create("/quotes", body)) == [expected]
    body = {"amount": "1.00", "currency": "EUR", "recipient": known["id"]}
    assert refusals(stranger.create("/quotes", body)) == [("/recipient", "unknown-recipient")]
    assert client_with("payouts:read").create("/quotes", WANTED).status_code == 403
    assert not Quote.objects.exists()


def test_nobody_elses_quote(api, stranger, schedule):
    quote = quoted(api)
    assert stranger.read(f"/quotes/{quote['id']}").status_code == 404
    assert refusals(stranger.create("/payouts", a_payout(quote=quote["id"]))) == [("/quote", "unknown-quote")]


def test_database_holds_payouts_to_their_quotes(api, schedule):
    quote = quoted(api)
    payout = api.create("/payouts", a_payout(quote=quote["id"])).json()
    for statement in ("UPDATE pricing_quote SET amount = 1", "DELETE FROM pricing_quote"):
        with (
            pytest.raises(Exception, match="denied|never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Payout.objects.update(quote=None)
    other = quoted(api, amount="1.00")
    copy = Payout.objects.get()
    copy.pk, copy.reference, copy.end_to_end_id = Payout._meta.pk.default(), "COPY", "COPY"
    copy._state.adding = True
    copy.quote = Quote.objects.exclude(amount=copy.amount).get()
    with pytest.raises(IntegrityError, match="not what quote"), transaction.atomic():
        copy.save(force_insert=True)
    assert other["status"] == "open" and payout["quote"] == quote["id"]


def test_a_batch_of_quotes_costs_no_query_per_payout(api, schedule):
    def statements(size, name):
        payouts = [a_payout(quote=quoted(api)["id"]) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert api.create("/batches", {"reference": name, "payouts": payouts}).status_code == 201
        return len(queries)

    statements(1, "A")
    assert statements(2, "B") == statements(12, "C")
