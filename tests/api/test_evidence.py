"""What a platform can hold in its hand about a payout."""

from apps.payouts.models import Payout
from apps.payouts.operations import start_due
from tests.api.conftest import a_payout, a_recipient
from tests.clocks import reach_cut_off


def test_payout_that_has_left_shows_its_file_and_its_postings(api, bank_account):
    payout = api.create("/payouts", a_payout(amount="20.00")).json()
    path = f"/payouts/{payout['id']}/evidence"
    before = api.read(path).json()
    assert (before["attempts"], before["bank_lines"]) == ([], [])
    assert [(row["moment"], row["debit"], row["credit"], row["amount"]) for row in before["postings"]] == [
        ("payout.reserved", "funds", "reserved", "20.00")
    ]
    reach_cut_off(bank_account, [Payout.objects.get()])
    assert start_due() == 1
    after = api.read(path).json()
    [attempt] = after["attempts"]
    assert (attempt["rail"], attempt["status"], attempt["amount"]) == ("sepa_credit_transfer", "prepared", "20.00")
    assert attempt["file"]["message_id"] and attempt["file"]["sha256"] is None
    assert [row["moment"] for row in after["postings"]] == ["payout.reserved", "payout.submitted"]
    assert after["content_digest"] == before["content_digest"]


def test_evidence_says_nothing_of_compliance_and_holds_no_account_number(api):
    body = a_payout(recipient=a_recipient())
    payout = api.create("/payouts", body).json()
    text = api.read(f"/payouts/{payout['id']}/evidence").content.decode()
    assert body["recipient"]["method"]["iban"] not in text
    assert not any(word in text for word in ("screening", "review", "watchlist"))
