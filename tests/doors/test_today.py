from datetime import timedelta

from apps.payouts.operations import create_payouts
from apps.rails.registry import RAILS
from tests import factories
from tests.doors.conftest import queries_of, text_of
from tests.reconciliation.conftest import bank, sent, stated  # noqa: F401 - fixtures


def needs(client) -> dict:
    return {need["title"]: need["count"] for need in client.get("/admin/").context["needs"]}


def test_each_role_sees_what_needs_it(as_, large, in_review, approvers, analyst, auditor):
    assert needs(as_(approvers[0])) == {"payout waiting for your approval": 1}
    assert needs(as_(analyst)) == {"review open": 1}
    assert needs(as_(auditor)) == {}


def test_an_empty_portal_says_so(as_, db):
    text = text_of(as_(factories.person("auditor")).get("/admin/"))
    for part in ("Nothing needs you now", "No payout yet.", "No bank account yet.", "No platform has been funded yet."):
        assert part in text


def test_states_and_balances_are_those_of_the_books(as_, large, in_review, platform, bank_account, auditor):
    context = as_(auditor).get("/admin/").context
    assert [(row["status"], row["count"], row["amount"]) for row in context["unfinished"]] == [
        ("in_review", 1, 45_000), ("awaiting_approval", 1, 1_000_001),
    ]  # fmt: skip
    [shown] = context["platforms"]
    assert (shown["partner"], shown["funds"] + shown["reserved"]) == (platform, 10_000_000)
    [account] = context["bank_accounts"]
    assert (account["account"], account["balance"], account["statement"]) == (bank_account, 10_000_000, None)
    assert (account["clearing"], account["leaving"], account["left"]) == (0, None, 10_000_000)


def test_what_has_left_and_what_will_is_not_there_to_be_spent(as_, sent, treasurer):  # noqa: F811
    [account] = as_(treasurer).get("/admin/").context["bank_accounts"]
    assert account["clearing"] > 0
    assert account["left"] == account["balance"] - account["clearing"]


def test_what_happened_last_leads_to_what_it_happened_to(as_, large, auditor):
    page = as_(auditor).get("/admin/").content.decode()
    happened = page[page.index('id="events"') :]
    assert f'Payout created</strong> <a class="pp-link" href="/admin/payouts/payout/{large.public_id}/">' in happened


def test_every_number_leads_to_as_many_rows(as_, large, in_review, platform, key, auditor):
    create_payouts(platform.pk, [factories.payout_draft(), factories.payout_draft()], by=key)
    client = as_(auditor)
    for row in client.get("/admin/").context["unfinished"]:
        rows = client.get("/admin/payouts/payout/", {"state": row["status"]}).context["rows"]
        assert len(rows) == row["count"]


def test_the_next_cut_off_is_on_the_clock_of_the_bank_account(as_, bank_account, auditor):
    bank_account.clock_offset_seconds = 400 * 24 * 3600
    bank_account.save()
    [shown] = as_(auditor).get("/admin/").context["bank_accounts"]
    [(rail, cut_off_at)] = shown["cut_offs"]
    assert rail is RAILS["sepa_credit_transfer"]
    assert timedelta(0) < cut_off_at - shown["now"] < timedelta(days=7)
    assert cut_off_at == rail.plan(shown["now"], bank_account).cut_off_at


def test_what_needs_a_treasurer_leads_to_its_rows(as_, platform, bank_account, treasurer):
    from apps.core.permissions import SYSTEM
    from apps.reconciliation.operations import import_bank_file
    from tests import bank_files

    import_bank_file(bank_files.credit_notification(bank_account, 777, "who knows"), "unknown.xml", by=SYSTEM)
    client = as_(treasurer)
    [need] = client.get("/admin/").context["needs"]
    assert (need["title"], need["count"]) == ("statement line not identified", 1)
    assert client.get(need["address"]).status_code == 200


def test_more_rows_take_no_more_queries(as_, platform, key, bank_account, auditor):
    client, counts = as_(auditor), []
    for size in (1, 6):
        create_payouts(platform.pk, [factories.payout_draft() for _ in range(size)], by=key)
        for _ in range(size):
            factories.fund(factories.partner(), bank_account, 100)
        counts.append(queries_of(client, "/admin/"))
    assert counts[0] == counts[1]
