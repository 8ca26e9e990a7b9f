"""A recall over the API, of a payment that the simulated bank has executed."""

import pytest

from apps.payouts.operations import ask_recalls
from tests.api.conftest import a_payout
from tests.payouts.called_bank import Bank, call


@pytest.fixture
def paid_at_once(api, bank_account):
    """An instant payment whose recall the bank refuses, and the bank."""
    bank = Bank(bank_account)
    created = api.create("/payouts", a_payout(rail="sepa_instant")).json()
    call()
    yield created["id"], bank
    bank.stop()


def test_it_is_asked_for_once_and_shown_wherever_the_payout_is(api, paid_at_once):
    payout, bank = paid_at_once
    refused = api.create(f"/payouts/{payout}/cancel")
    assert (refused.status_code, "recall it" in refused.json()["detail"]) == (409, True)

    body = {"reason": "Paid to the wrong seller"}
    first = api.create(f"/payouts/{payout}/recall", body, key="RECALL-1")
    again = api.create(f"/payouts/{payout}/recall", body, key="RECALL-1")
    assert (first.status_code, first.json()["status"], first.json()["recall"]["status"]) == (200, "sent", "requested")
    assert first.json()["recall"]["reason"] == "Paid to the wrong seller"
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    other = api.create(f"/payouts/{payout}/recall", body)
    assert [fault["code"] for fault in other.json()["errors"]] == ["asked-already"]

    ask_recalls()
    assert api.read(f"/payouts/{payout}").json()["recall"]["status"] == "asked"
    explanation = api.read(f"/payouts/{payout}/explain").json()
    assert explanation["recall"]["status"] == "asked"
    assert [item["what"] for item in explanation["waiting_on"]] == ["bank_statement", "recall"]
    types = [event["type"] for event in api.read(f"/payouts/{payout}/events").json()["data"]]
    assert types[-1] == "payout.recall_requested"
