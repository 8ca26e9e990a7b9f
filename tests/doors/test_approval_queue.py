from datetime import timedelta

from apps.approvals.models import Decision
from apps.core.database import database_now
from apps.payouts import approving
from apps.payouts.models import Payout
from apps.payouts.operations import approve_payouts, create_payouts, hold_payouts
from apps.users.operations import assign_role, remove_role
from tests import factories
from tests.doors.conftest import queries_of, text_of, told

QUEUE = "/admin/approvals/request/"
DECIDE = "/admin/approvals/request/decide/"
CONFIRM = "/admin/approvals/request/confirm/"


def ticked(*payouts):
    return [f"{payout.public_id}:{payout.digest}" for payout in payouts]


def decide(client, data):
    """Tick rows and confirm the list, as far as there is one; return the page it ends on."""
    answer = client.post(DECIDE, data, follow=True)
    return client.post(CONFIRM, {"list": answer.context["list"]}, follow=True) if "list" in answer.context else answer


def create(platform, by, *amounts):
    return create_payouts(platform.pk, [factories.payout_draft(amount=amount) for amount in amounts], by=by)


def shown(answer):
    return [row["payout"].amount for row in answer.context["rows"]]


def test_one_look_shows_what_a_decision_needs(as_, large, approvers):
    answer = as_(approvers[0]).get(QUEUE)
    text = text_of(answer)
    for part in (
        "Ada Quill",
        large.method_version.account_masked,
        "10,000.01 EUR",
        "0 of 2",
        "Never paid in this currency before",
    ):
        assert part in text
    assert answer.context["totals"] == {"EUR": 1_000_001}
    assert ticked(large)[0] in answer.content.decode()


def test_the_queue_is_ordered_by_money_where_the_cut_off_is_the_same(as_, platform, key, approvers):
    create(platform, key, 200_000, 900_000, 300_000)
    client = as_(approvers[0])
    assert shown(client.get(QUEUE)) == shown(client.get(QUEUE, {"order": "cut_off"})) == [900_000, 300_000, 200_000]
    assert shown(client.get(QUEUE, {"order": "age"})) == [200_000, 900_000, 300_000]


def test_many_are_approved_at_once(as_, platform, key, approvers):
    payouts = create(platform, key, 200_000, 1_000_001)
    data = {"payout": ticked(*payouts), "decision": "approve"}
    listed = as_(approvers[0]).post(DECIDE, data)
    assert listed.context["totals"] == {"EUR": 1_200_001} and "12,000.01 EUR" in text_of(listed)
    assert not Decision.objects.exists()
    answer = decide(as_(approvers[0]), data)
    assert told(answer) == "1 approved and on their way; 1 with your approval still need somebody else's."
    assert [Payout.objects.get(pk=payout.pk).status for payout in payouts] == ["scheduled", "awaiting_approval"]
    assert shown(answer) == []
    assert shown(as_(approvers[1]).get(QUEUE)) == [1_000_001]


def test_many_are_rejected_at_once_with_a_reason(as_, platform, key, approvers):
    payouts = create(platform, key, 200_000, 300_000)
    client = as_(approvers[0])
    data = {"payout": ticked(*payouts), "decision": "reject"}
    assert "Give a reason" in told(decide(client, data))
    assert not Decision.objects.exists()
    assert told(decide(client, data | {"reason": "Not agreed"})) == "2 rejected; what was reserved is free."
    assert {Payout.objects.get(pk=payout.pk).status for payout in payouts} == {"rejected"}


def test_one_that_cannot_be_decided_stops_all(as_, platform, key, approvers):
    first, second = create(platform, key, 200_000, 300_000)
    data = {"payout": [*ticked(first), f"{second.public_id}:{'0' * 64}"], "decision": "approve"}
    assert "The content is not what you were shown." in told(decide(as_(approvers[0]), data))
    assert not Decision.objects.exists()


def test_odd_forms_decide_nothing(as_, large, approvers):
    client = as_(approvers[0])
    assert "Tick at least one" in told(client.post(DECIDE, {"decision": "approve"}, follow=True))
    assert "is no payout" in told(client.post(DECIDE, {"decision": "approve", "payout": "po_1"}, follow=True))
    assert "Choose to approve" in told(client.post(DECIDE, {"payout": ticked(large)}, follow=True))
    assert client.get(DECIDE).url == QUEUE
    assert not Decision.objects.exists()


def test_who_may_not_approve_only_looks(as_, large, operator):
    client = as_(operator)
    answer = client.get(QUEUE)
    assert shown(answer) == [1_000_001]
    assert 'name="decision"' not in answer.content.decode()
    assert 'type="checkbox"' not in answer.content.decode()
    assert client.post(DECIDE, {"payout": ticked(large), "decision": "approve"}).status_code == 403
    assert not Decision.objects.exists()


def test_what_one_has_decided_is_not_ones_own_any_more_but_still_waits(as_, large, approvers):
    client = as_(approvers[0])
    decide(client, {"payout": ticked(large), "decision": "approve"})
    assert shown(client.get(QUEUE)) == []
    [row] = client.get(QUEUE, {"show": "all"}).context["rows"]
    assert row["absent"] == "You have decided already; one person counts once."


def test_more_rows_take_no_more_queries(as_, platform, key, approvers):
    client, counts = as_(approvers[0]), []
    for size in (1, 8):
        create(platform, key, *[200_000] * size)
        counts.append(queries_of(client, QUEUE))
    assert counts[0] == counts[1]


def test_a_list_with_ones_own_payout_is_refused_whole(as_, platform, key, approvers):
    """Somebody who made payouts as an operator and approves today."""
    maker = factories.person("operator", "Was Operator")
    own, foreign = [*create(platform, maker, 200_000), *create(platform, key, 300_000)]
    administrators = factories.person("administrator")
    remove_role(maker.pk, "operator", by=administrators)
    assign_role(maker.pk, "approver", by=administrators)
    client = as_(maker)
    assert shown(client.get(QUEUE)) == [300_000]
    answer = decide(client, {"payout": ticked(own, foreign), "decision": "approve"})
    assert told(answer) == (
        f"{own.reference}: You made this payout, so somebody else must approve it. Nothing was decided, of the others neither."
    )
    assert not Decision.objects.exists()


def test_a_list_counts_for_who_made_it_as_it_was_and_only_once(as_, platform, key, approvers, operator):
    ann, bo = as_(approvers[0]), as_(approvers[1])
    payouts = create(platform, key, 200_000, 300_000)
    signed = ann.post(DECIDE, {"payout": ticked(*payouts), "decision": "approve"}).context["list"]
    assert "Somebody else put this list together" in told(bo.post(CONFIRM, {"list": signed}, follow=True))
    assert "is too old, or is none" in told(ann.post(CONFIRM, {"list": signed[:-1]}, follow=True))
    hold_payouts([payouts[0].pk], by=operator, reason="Recipient called")
    answer = told(ann.post(CONFIRM, {"list": signed}, follow=True))
    assert "1 of 2 have changed." in answer
    assert f"{payouts[0].reference} was changed by Oda Operator at" in answer and "(payout held)" in answer
    assert not Decision.objects.exists()
    signed = ann.post(DECIDE, {"payout": ticked(*payouts), "decision": "approve"}).context["list"]
    assert "2 approved" in told(ann.post(CONFIRM, {"list": signed}, follow=True))
    assert "are approved" not in told(ann.post(CONFIRM, {"list": signed}, follow=True))
    assert Decision.objects.count() == 2


def test_the_most_urgent_comes_first_by_money_age_and_cut_off(platform, key, bank_account):
    old, large, near = create(platform, key, 200_000, 900_000, 150_000)
    now = database_now()
    for payout, left in ((old, timedelta(days=1)), (large, timedelta(days=1)), (near, timedelta(minutes=20))):
        Payout.objects.filter(pk=payout.pk).update(cut_off_at=bank_account.business_now(now) + left)
    later = now + timedelta(hours=1)
    order = [payout.pk for payout in approving.first_in_order(approving.awaiting_approval(), "urgency", later, 9)]
    assert order == [near.pk, large.pk, old.pk]
    assert approving.first_in_order(approving.awaiting_approval(), "age", now, 1) == [old]


def test_who_holds_how_much_and_since_when(as_, large, platform, key, approvers, operator):
    [small] = create(platform, key, 200_000)
    approve_payouts([large.pk], by=approvers[0], digests={large.pk: large.digest})
    hold_payouts([small.pk], by=operator, reason="Recipient called")
    client = as_(approvers[0])
    answer = client.get(QUEUE, {"show": "people"})
    assert [(row["name"], row["count"], row["amount"], row["alone"]) for row in answer.context["people"]] == [
        ("Bo Approver", 2, 1_200_001, 0), ("Cy Approver", 2, 1_200_001, 0), ("Ann Approver", 1, 200_000, 0),
    ]  # fmt: skip
    assert {row["since"] for row in answer.context["people"][:2]} == {large.approval.opened_at}
    assert "Oda Operator Recipient called" in text_of(answer)


def test_an_amount_is_compared_with_what_was_paid():
    history = {"median": 10_000, "largest": 50_000}
    assert approving.compared(10_000, history) == approving.compared(30_000, history) == ""
    assert approving.compared(30_001, history) == "3.0 × the usual"
    assert approving.compared(120_000, history) == "More than ever: 2.4 × the largest"
    assert approving.compared(1, None) == "Never paid in this currency before"
