import pytest
from django.db import transaction

from apps.approvals.models import Policy
from apps.approvals.operations import CannotSetPolicy, set_policy
from apps.core.errors import Invalid, PermissionDenied
from apps.events.models import Event


def band(up_to, approvals):
    return {"up_to": up_to, "approvals": approvals}


def test_new_version_replaces_the_active_one(cast):
    set_policy("payout", None, "EUR", [band(None, 1)], by=cast.officer)
    set_policy("payout", None, "EUR", [band(100, 0), band(None, 2)], by=cast.officer)

    assert list(Policy.objects.order_by("version").values_list("version", "active", "bands")) == [
        (1, False, [band(None, 1)]),
        (2, True, [band(100, 0), band(None, 2)]),
    ]
    assert Policy.objects.active().get().set_by == cast.officer


def test_partners_and_currencies_have_policies_of_their_own(cast):
    for partner, currency in [(None, "EUR"), (cast.partner.pk, "EUR"), (None, "USD")]:
        set_policy("payout", partner, currency, [band(None, 1)], by=cast.officer)
    assert list(Policy.objects.active().values_list("version", flat=True)) == [1, 1, 1]


def test_change_is_recorded_for_the_house_alone(cast):
    policy = set_policy("payout", cast.partner.pk, "EUR", [band(None, 1)], by=cast.officer)
    event = Event.objects.get()
    assert (event.type, event.subject, event.partner_id) == ("policy.changed", policy.public_id, None)
    assert event.actor_label == "Olu"
    assert event.data["partner"] == cast.partner.public_id
    assert event.changes == {"bands": [None, [band(None, 1)]]}


def test_only_compliance_officers_set_policies(cast):
    for person in (cast.first, cast.maker, cast.service):
        with pytest.raises(PermissionDenied), transaction.atomic():
            set_policy("payout", None, "EUR", [band(None, 0)], by=person)
    assert Policy.objects.count() == 0


def test_policy_needs_as_many_people_as_it_asks_for(cast):
    set_policy("payout", None, "EUR", [band(None, 3)], by=cast.officer)
    with pytest.raises(CannotSetPolicy, match="4 approvals, and 3 active people") as refusal, transaction.atomic():
        set_policy("payout", None, "EUR", [band(100, 1), band(None, 4)], by=cast.officer)
    assert refusal.value.code == "cannot-set-policy"

    cast.third.is_active = False
    cast.third.save()
    with pytest.raises(CannotSetPolicy, match="3 approvals, and 2 active people"), transaction.atomic():
        set_policy("payout", None, "EUR", [band(None, 3)], by=cast.officer)
    assert Policy.objects.get().version == 1


@pytest.mark.parametrize(
    ("bands", "faults"),
    [
        ("none", [("/bands", "bands-format")]),
        ([], [("/bands", "bands-format")]),
        ([band(None, 1)] * 21, [("/bands", "bands-format")]),
        ([{"approvals": 1}], [("/bands/0", "band-format")]),
        ([band(100, 1)], [("/bands/0/up_to", "last-band-open")]),
        ([band(None, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(0, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(1.5, 1), band(None, 1)], [("/bands/0/up_to", "up-to-format")]),
        ([band(None, True)], [("/bands/0/approvals", "approvals-format")]),
        ([band(None, 11)], [("/bands/0/approvals", "approvals-format")]),
        ([band(None, -1)], [("/bands/0/approvals", "approvals-format")]),
        ([band(9, 0), band(9, 1), band(None, 1)], [("/bands/1/up_to", "bands-order")]),
        ([band(9, 2), band(None, 1)], [("/bands/1/approvals", "bands-order")]),
        (
            [band(9, 99), band(8, -1), band(7, 1)],
            [("/bands/0/approvals", "approvals-format"), ("/bands/1/approvals", "approvals-format"),
             ("/bands/2/up_to", "last-band-open")],
        ),
    ],
)  # fmt: skip
def test_bands_that_make_no_sense_are_refused_with_every_fault(cast, bands, faults):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        set_policy("payout", None, "EUR", bands, by=cast.officer)
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == faults
    assert Policy.objects.count() == 0


def test_unknown_kind_and_currency_are_refused(cast):
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        set_policy("lunch", None, "EURO", [band(None, 1)], by=cast.officer)
    assert [fault.code for fault in refusal.value.errors] == ["unknown-subject-kind", "unknown-currency"]
