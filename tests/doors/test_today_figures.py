"""How long payouts have been on their way, and how those of the last days fared, as Today shows it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.core.database import database_now
from apps.payouts.figures import RECENT_DAYS, Figures
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.conftest import queries_of, text_of
from tests.doors.visits import Visitor
from tests.reconciliation.conftest import bank, sent, stated  # noqa: F401 - fixtures
from tests.reconciliation.test_conflicts import credit, paid  # noqa: F401 - fixtures


@pytest.mark.parametrize("since", [3, 29])
@pytest.mark.parametrize(
    ("days", "title"),
    [(0, "today"), (1, "1–2 days ago"), (2, "1–2 days ago"), (3, "3–7 days ago"), (7, "3–7 days ago"), (8, "earlier")],
)
def test_what_is_on_its_way_is_told_by_its_age(large, days, title, since):
    now = database_now()
    later = now + timedelta(days=days)
    [row] = Figures(later, later - timedelta(days=since)).unfinished
    assert (row["status"], row["currency"], row["count"], row["amount"]) == ("awaiting_approval", "EUR", 1, 1_000_001)
    [age] = [age for age in row["ages"] if age.count]
    assert (age.title, age.amount) == (title, 1_000_001)
    first, last = age.created
    assert (first is None or first <= now.date()) and now.date() <= last


def test_each_age_leads_to_its_rows(as_, large, platform, key, auditor):
    create_payouts(platform.pk, [factories.payout_draft(), factories.payout_draft()], by=key)
    client = as_(auditor)
    shown = client.get("/admin/").content.decode()
    for row in client.get("/admin/").context["unfinished"]:
        [age] = [age for age in row["ages"] if age.count]
        day = age.created[1].isoformat()
        address = f"/admin/payouts/payout/?state={row['status']}&currency=EUR&created_from={day}&created_to={day}"
        assert address.replace("&", "&amp;") in shown
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert len(client.get("/admin/payouts/payout/", asked).context["rows"]) == age.count


def test_rails_are_judged_by_what_was_paid_for_good(as_, paid, stated, auditor):  # noqa: F811
    now = database_now()
    [rail] = Figures(now, now - timedelta(days=1)).rails
    assert (rail.rail, rail.failed, rail.returned, rail.success) == ("sepa_credit_transfer", 0, 0, 100)
    assert timedelta(0) < rail.half_within <= rail.most_within < timedelta(minutes=5)
    stated.state(credit(paid, "R9"))
    [after] = Figures(now, now - timedelta(days=1)).rails
    assert (after.paid, after.returned) == (rail.paid - 1, 1)
    assert after.success == 100 * after.paid / rail.paid
    assert f"{after.success:.1f} %" in text_of(as_(auditor).get("/admin/"))


def test_days_and_states_tell_the_same_sums(as_, paid, auditor):  # noqa: F811
    now = database_now()
    shown = Figures(now, now - timedelta(days=29))
    ended, days, unfinished = shown.ended, shown.days, shown.unfinished
    count = sum(row["count"] for row in ended) + sum(row["count"] for row in unfinished)
    amount = sum(row["amount"] for row in ended) + sum(row["amount"] for row in unfinished)
    assert days == {"EUR": {now.date(): (count, amount)}}
    page = Visitor(auditor).open("/admin/")
    assert page.count("<rect ") == RECENT_DAYS
    later = Figures(now, now + timedelta(days=1))
    assert (later.ended, later.days, later.rails, later.unfinished) == ([], {}, [], unfinished)


def test_figures_take_four_queries_at_most(as_, large, platform, key, auditor):
    client = as_(auditor)
    before = queries_of(client, "/admin/")
    create_payouts(platform.pk, [factories.payout_draft() for _ in range(4)], by=key)
    assert queries_of(client, "/admin/") == before
