"""How much a platform may ask for: in one payout, in 24 hours, and by the rail."""

from functools import partial

import pytest

from apps.core.errors import Invalid
from apps.payouts.models import Payout
from apps.payouts.operations import cancel_payouts, create_payouts
from tests import factories
from tests.threads import at_once, refused


def ask(platform, key, *amounts):
    return create_payouts(platform.pk, [factories.payout_draft(amount=amount) for amount in amounts], by=key)


def faults_of(platform, key, *amounts):
    """Return the faults, having seen that nothing was created."""
    before = Payout.objects.count()
    with pytest.raises(Invalid) as refusal:
        ask(platform, key, *amounts)
    assert Payout.objects.count() == before
    return [(fault.pointer, fault.code) for fault in refusal.value.errors]


def test_a_platform_pays_within_its_limits(platform, key, operator):
    factories.setting("platform_limits", {"single": 100, "daily": None}, currency="EUR")
    own = factories.setting("platform_limits", {"single": 500_00, "daily": 800_00}, currency="EUR", platform=platform)

    assert faults_of(platform, key, 500_01) == [("/0/amount", "amount-above-limit")]
    first, _ = ask(platform, key, 500_00, 200_00)
    assert faults_of(platform, key, 60_00, 40_01, 10) == [("/1/amount", "daily-limit-reached")]
    assert first.routing[0]["settings"] == [{"id": own.public_id, "kind": "platform_limits", "version": 1}]

    cancel_payouts([first.pk], by=operator, reason="Not needed")
    [payout] = ask(platform, key, 500_00)
    assert faults_of(platform, key, 100_01) == [("/0/amount", "daily-limit-reached")], (
        "what was cancelled counts no more"
    )
    assert payout.status == "scheduled"


def test_a_payout_keeps_to_what_was_published_about_its_rail(platform, key):
    [before] = ask(platform, key, 900_00)
    limits = {"minimum": 1_00, "maximum": 800_00}
    version = factories.setting("rail_limits", limits, name="sepa_credit_transfer", currency="EUR")

    assert faults_of(platform, key, 900_00, 50) == [
        ("/0/amount", "amount-out-of-range"),
        ("/1/amount", "amount-out-of-range"),
    ]
    [after] = ask(platform, key, 800_00)
    kept = {"id": version.public_id, "kind": "rail_limits", "version": 1}
    assert ("settings" in before.routing[0], after.routing[0]["settings"]) == (False, [kept])


@pytest.mark.usefixtures("committed_db")
def test_what_is_left_of_a_day_is_given_once(platform, key):
    factories.setting("platform_limits", {"single": None, "daily": 500_00}, currency="EUR", platform=platform)
    outcomes = at_once(*[partial(ask, platform, key, 200_00)] * 4)
    assert [fault.code for refusal in refused(outcomes) for fault in refusal.errors] == ["daily-limit-reached"] * 2
    assert list(Payout.objects.values_list("amount", flat=True)) == [200_00, 200_00]
