from apps.approvals.models import Decision
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from tests import factories
from tests.doors.conftest import queries_of, text_of, told

QUEUE = "/admin/approvals/request/"
DECIDE = "/admin/approvals/request/decide/"


def ticked(*payouts):
    return [f"{payout.public_id}:{payout.digest}" for payout in payouts]


def create(platform, by, *amounts):
    return create_payouts(platform.pk, [factories.payout_draft(amount=amount) for amount in amounts], by=by)


def shown(answer):
    return [row["payout"].amount for row in answer.context["rows"]]


def test_one_look_shows_what_a_decision_needs(as_, large, approvers):
    answer = as_(approvers[0]).get(QUEUE)
    text = text_of(answer)
    for part in ("Ada Quill", large.method_version.account_masked, "10,000.01 EUR", "0 of 2", "Never paid before"):
        assert part in text
    assert answer.context["totals"] == {"EUR": 1_000_001}
    assert ticked(large)[0] in answer.content.decode()


def test_the_queue_is_ordered_by_money_where_the_cut_off_is_the_same(as_, platform, key, approvers):
    create(platform, key, 200_000, 900_000, 300_000)
    client = as_(approvers[0])
    assert shown(client.get(QUEUE)) == [900_000, 300_000, 200_000]
    assert shown(client.get(QUEUE, {"order": "age"})) == [200_000, 900_000, 300_000]


def test_many_are_approved_at_once(as_, platform, key, approvers):
    payouts = create(platform, key, 200_000, 1_000_001)
    data = {"payout": ticked(*payouts), "decision": "approve"}
    answer = as_(approvers[0]).post(DECIDE, data, follow=True)
    assert told(answer) == "1 approved and on their way; 1 with your approval still need somebody else's."
    assert [Payout.objects.get(pk=payout.pk).status for payout in payouts] == ["scheduled", "awaiting_approval"]
    assert shown(answer) == []
    assert shown(as_(approvers[1]).get(QUEUE)) == [1_000_001]


def test_many_are_rejected_at_once_with_a_reason(as_, platform, key, approvers):
    payouts = create(platform, key, 200_000, 300_000)
    client = as_(approvers[0])
    data = {"payout": ticked(*payouts), "decision": "reject"}
    assert "Give a reason" in told(client.post(DECIDE, data, follow=True))
    assert not Decision.objects.exists()
    assert (
        told(client.post(DECIDE, data | {"reason": "Not agreed"}, follow=True))
        == "2 rejected; what was reserved is free."
    )
    assert {Payout.objects.get(pk=payout.pk).status for payout in payouts} == {"rejected"}


def test_one_that_cannot_be_decided_stops_all(as_, platform, key, approvers):
    first, second = create(platform, key, 200_000, 300_000)
    data = {"payout": [*ticked(first), f"{second.public_id}:{'0' * 64}"], "decision": "approve"}
    assert "The content is not what you were shown." in told(as_(approvers[0]).post(DECIDE, data, follow=True))
    assert not Decision.objects.exists()


def test_odd_forms_decide_nothing(as_, large, approvers):
    client = as_(approvers[0])
    assert "Tick at least one" in told(client.post(DECIDE, {"decision": "approve"}, follow=True))
    assert "is no payout" in told(client.post(DECIDE, {"decision": "approve", "payout": "po_1"}, follow=True))
    assert "Choose to approve" in told(client.post(DECIDE, {"payout": ticked(large)}, follow=True))
    assert client.get(DECIDE).status_code == 405
    assert not Decision.objects.exists()


def test_who_may_not_approve_only_looks(as_, large, operator):
    client = as_(operator)
    answer = client.get(QUEUE)
    assert shown(answer) == [1_000_001]
    assert 'name="decision"' not in answer.content.decode()
    assert 'type="checkbox"' not in answer.content.decode()
    answer = client.post(DECIDE, {"payout": ticked(large), "decision": "approve"}, follow=True)
    assert "This needs the permission payouts.approve_payout." in told(answer)
    assert not Decision.objects.exists()


def test_what_one_has_decided_is_not_ones_own_any_more_but_still_waits(as_, large, approvers):
    client = as_(approvers[0])
    client.post(DECIDE, {"payout": ticked(large), "decision": "approve"})
    assert shown(client.get(QUEUE)) == []
    [row] = client.get(QUEUE, {"show": "all"}).context["rows"]
    assert row["absent"] == "You have decided already; one person counts once."


def test_more_rows_take_no_more_queries(as_, platform, key, approvers):
    client, counts = as_(approvers[0]), []
    for size in (1, 8):
        create(platform, key, *[200_000] * size)
        counts.append(queries_of(client, QUEUE))
    assert counts[0] == counts[1]
