from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import Invalid, PermissionDenied
from apps.events.models import Event
from apps.ledger.models import Journal
from apps.ledger.queries import balances
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.payouts.operations.create import FRESH, look_at_drafts
from apps.recipients.models import Recipient
from apps.recipients.operations import retire_recipient
from tests import factories


def funds_of(platform):
    return balances(platform.public_id)["EUR"]


def test_a_small_payout_is_scheduled_and_reserved_at_once(platform, key, bank_account):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=99_999)], by=key)

    assert payout.status == "scheduled"
    assert payout.funding == "reserved"
    assert payout.approval.required == 0
    assert payout.rail == "sepa_credit_transfer"
    assert payout.bank_account == bank_account
    assert funds_of(platform) == {"funds": 9_900_001, "reserved": 99_999}
    assert list(Event.objects.filter(subject=payout.public_id).values_list("type", "sequence")) == [
        ("payout.created", 1)
    ]


def test_a_large_payout_awaits_approval_and_is_reserved(platform, key):
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=key)

    assert (payout.status, payout.approval.required, payout.funding) == ("awaiting_approval", 2, "reserved")


def test_a_payout_beyond_the_balance_awaits_funds(platform, key):
    first, second = create_payouts(
        platform.pk, [factories.payout_draft(amount=10_000), factories.payout_draft(amount=10_000_000)], by=key
    )
    assert first.status == "scheduled"
    assert (second.status, second.funding) == ("awaiting_approval", "none")


def test_a_listed_name_is_held_for_review(platform, key):
    draft = factories.payout_draft(recipient=factories.recipient_draft("Vexwick Zoltar"))
    [payout] = create_payouts(platform.pk, [draft], by=key)

    assert payout.status == "in_review"
    assert payout.review.status == "open"


def test_a_known_recipient_needs_no_new_search(platform, key):
    [first] = create_payouts(platform.pk, [factories.payout_draft()], by=key)
    [second] = create_payouts(platform.pk, [factories.payout_draft(recipient=first.recipient_id)], by=key)

    assert second.screening_id == first.screening_id
    assert second.method_version_id == first.method_version_id


def test_every_fault_is_named_and_nothing_is_stored(platform, key):
    good = factories.payout_draft(reference="TWICE")
    journals = Journal.objects.count()
    with pytest.raises(Invalid) as refusal:
        create_payouts(
            platform.pk,
            [
                good,
                factories.payout_draft(reference="TWICE"),
                factories.payout_draft(recipient=factories.recipient_draft(iban="DE00999999990000000001")),
                factories.payout_draft(currency="USD"),
                factories.payout_draft(rail="pigeon"),
            ],
            by=key,
        )
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [
        ("/1/reference", "duplicate-reference"),
        ("/2/recipient/method/iban", "iban-checksum"),
        ("/3/currency", "currency-not-supported-by-rail"),
        ("/4/rail", "unknown-rail"),
    ]
    assert not Payout.objects.exists() and not Recipient.objects.exists()
    assert Journal.objects.count() == journals


def test_only_those_who_may_create_payouts_do(platform, auditor):
    with pytest.raises(PermissionDenied):
        create_payouts(platform.pk, [factories.payout_draft()], by=auditor)
    assert not Payout.objects.exists()


def test_a_batch_of_a_thousand_costs_the_statements_of_ten(platform, key):
    create_payouts(platform.pk, [factories.payout_draft()], by=key)  # loads the watchlist's index once
    counts = []
    for size in (10, 1000):
        drafts = [factories.payout_draft(amount=100) for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            create_payouts(platform.pk, drafts, by=key)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_was_seen_of_drafts_does_not_outlive_a_rule_or_its_time(platform, key, operator):
    drafts = [factories.payout_draft(amount=50_00)]
    seen = look_at_drafts(platform, drafts)
    limits = {"minimum": 51_00, "maximum": 800_00}
    factories.setting("rail_limits", limits, name="sepa_credit_transfer", currency="EUR")
    with pytest.raises(Invalid) as refusal:
        create_payouts(platform.pk, drafts, by=key, seen=seen)
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/0/amount", "amount-out-of-range")]

    [known] = create_payouts(platform.pk, [factories.payout_draft(amount=60_00)], by=key)
    drafts = [factories.payout_draft(amount=70_00, recipient=known.recipient_id)]
    seen = look_at_drafts(platform, drafts)
    retire_recipient(known.recipient_id, by=operator)
    with pytest.raises(Invalid) as refusal:
        create_payouts(platform.pk, drafts, by=key, seen=replace(seen, now=seen.now - FRESH))
    assert [fault.code for fault in refusal.value.errors] == ["recipient-retired"]
    assert Payout.objects.count() == 1
