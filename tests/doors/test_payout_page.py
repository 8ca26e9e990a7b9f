import pytest

from apps.approvals.models import Decision
from apps.events.models import Event
from apps.payouts.models import Hold, Payout
from apps.payouts.operations import create_batch, create_payouts
from tests import factories
from tests.doors.conftest import seen, text_of, told


def page(payout, door=""):
    return f"/admin/payouts/payout/{payout.public_id}/{door}"


def absent(answer) -> dict:
    return {button.name: button.absent for button in answer.context["absent"]}


def offered(answer) -> list:
    return [button.name for button in answer.context["buttons"]]


def test_the_page_tells_what_a_payout_waits_for_and_whose_turn_it_is(as_, large, approvers):
    answer = as_(approvers[0]).get(page(large))
    text = text_of(answer)
    assert "10,000.01 EUR" in text
    assert "Approval: approver’s turn" in text
    assert "Approval by 2 more people who did not create it. Approvals" in text
    assert '<a class="pp-link" href="/admin/approvals/request/">Approvals</a>' in answer.content.decode()
    assert "Payout created" in text
    assert large.method_version.account_masked in text
    assert "Payout reserved" in text
    assert large.public_id in text


def test_each_deadline_is_told_on_its_own_clock(as_, in_review, large, bank_account, auditor):
    bank_account.clock_offset_seconds = 3 * 24 * 3600
    bank_account.save()
    assert "( in 23 h )" in text_of(as_(auditor).get(page(in_review)))
    assert "( 2 days ago )" in text_of(as_(auditor).get(page(large)))  # by the account's clock its cut-off has passed


def test_a_reason_for_a_missing_button_says_it_and_no_id(as_, large, operator, auditor):
    assert absent(as_(operator).get(page(large)))["recall"] == "It has not left yet: cancel it."
    reasons = absent(as_(auditor).get(page(large)))
    assert reasons["hold"] == "Only operators, approvers, compliance and treasurers hold payouts."


def test_no_page_shows_an_account_number(as_, platform, key, auditor):
    iban = factories.iban()
    draft = factories.payout_draft(recipient=factories.recipient_draft(iban=iban))
    [payout] = create_payouts(platform.pk, [draft], by=key)
    for address in (
        page(payout),
        "/admin/payouts/payout/",
        f"/admin/recipients/recipient/{payout.recipient.public_id}/",
    ):
        assert iban not in as_(auditor).get(address).content.decode()


def test_an_approver_approves_what_was_shown(as_, large, approvers):
    answer = as_(approvers[0]).post(page(large, "approve/"), {"digest": large.digest} | seen(large), follow=True)
    assert told(answer) == "Your approval counts; 1 more is needed."
    assert absent(answer)["approve"] == "You have decided already; one person counts once."
    answer = as_(approvers[1]).post(page(large, "approve/"), {"digest": large.digest} | seen(large), follow=True)
    assert told(answer) == "Approved. It is scheduled now."
    assert Payout.objects.get(pk=large.pk).status == "scheduled"


def test_other_content_than_shown_is_refused(as_, large, approvers):
    answer = as_(approvers[0]).post(page(large, "approve/"), {"digest": "0" * 64} | seen(large), follow=True)
    assert "The content is not what you were shown." in told(answer)
    assert not Decision.objects.exists()


def test_a_stale_button_tells_who_changed_it_and_does_nothing(as_, large, approvers, operator):
    client = as_(approvers[0])
    answer = client.get(page(large))
    form = {"digest": large.digest, "seen": answer.context["seen"], "reason": "x"}
    assert answer.content.decode().count(f'name="seen" value="{form["seen"]}"') == len(offered(answer))
    as_(operator).post(page(large, "hold/"), form)
    for door in ("approve", "reject", "cancel", "hold", "lift", "recall"):
        answer = client.post(page(large, f"{door}/"), form, follow=True)
        assert "LARGE was changed by Oda Operator at" in told(answer) and "(payout held)" in told(answer), door
    assert not Decision.objects.exists()
    assert Hold.objects.get().lifted_at is None
    assert Payout.objects.get(pk=large.pk).status == "awaiting_approval"
    form["seen"] = client.get(page(large)).context["seen"]
    assert told(client.post(page(large, "approve/"), form, follow=True)) == "Your approval counts; 1 more is needed."


@pytest.mark.parametrize("shown", [{}, {"seen": ""}, {"seen": "9" * 5000}, {"seen": "-1"}])
def test_a_form_that_does_not_say_what_it_showed_does_nothing(as_, large, approvers, shown):
    form = {"digest": large.digest, "reason": "x"} | shown
    for door in ("approve", "reject"):
        answer = as_(approvers[0]).post(page(large, f"{door}/"), form, follow=True)
        assert "look at it again" in told(answer)
    assert Payout.objects.with_facts().get(pk=large.pk).approval.status == "open"


def test_whoever_made_it_is_told_so(as_, platform, watchlist):
    maker = factories.person("operator")
    [payout] = create_payouts(platform.pk, [factories.payout_draft(amount=1_000_001)], by=maker)
    answer = as_(maker).get(page(payout))
    assert absent(answer)["approve"] == "Only approvers decide."
    assert answer.context["excluded"] == [maker.name]


def test_an_approver_rejects_with_a_reason(as_, large, approvers):
    client = as_(approvers[0])
    assert "Give a reason" in told(client.post(page(large, "reject/"), {"reason": " "} | seen(large), follow=True))
    assert Payout.objects.get(pk=large.pk).status == "awaiting_approval"
    answer = client.post(page(large, "reject/"), {"reason": "Unknown recipient"} | seen(large), follow=True)
    assert told(answer) == "Rejected; what was reserved is free."
    assert "Unknown recipient" in text_of(answer)
    assert Payout.objects.get(pk=large.pk).status == "rejected"


def test_an_operator_holds_and_cancels(as_, large, operator):
    client = as_(operator)
    answer = client.post(page(large, "hold/"), {"reason": "Recipient called"} | seen(large), follow=True)
    assert told(answer) == "Held; it stays until the hold is lifted."
    assert absent(answer)["hold"] == "It is held already."
    assert absent(answer)["lift"] == "Only approvers and compliance officers lift holds."
    answer = client.post(page(large, "cancel/"), {"reason": "Platform asked"} | seen(large), follow=True)
    assert told(answer) == "Cancelled; what was reserved is free."
    assert offered(answer) == []
    assert absent(answer)["cancel"] == "It is cancelled; this is possible only before it leaves."


def test_an_approver_lifts_a_hold(as_, large, operator, approvers):
    as_(operator).post(page(large, "hold/"), {"reason": "Recipient called"} | seen(large))
    answer = as_(approvers[0]).post(page(large, "lift/"), {"reason": "All is well"} | seen(large), follow=True)
    assert told(answer) == "The hold is lifted."
    assert Hold.objects.get().lifted_by == approvers[0]


@pytest.mark.parametrize("door", ["approve", "reject", "cancel", "hold", "lift"])
def test_a_button_does_nothing_for_who_may_not_press_it(as_, large, auditor, door):
    events = Event.objects.exclude(type__in=["access.refused", "personal_data.read"])
    before = events.count()
    answer = as_(auditor).post(
        page(large, f"{door}/"), {"reason": "x", "digest": large.digest} | seen(large), follow=True
    )
    assert "This needs the permission payouts." in told(answer)
    assert offered(answer) == []
    assert events.count() == before
    assert not Decision.objects.exists() and not Hold.objects.exists()
    assert Payout.objects.get(pk=large.pk).status == "awaiting_approval"


@pytest.mark.parametrize("door", ["approve", "reject", "cancel", "hold", "lift"])
def test_looking_changes_nothing(as_, large, approvers, door):
    assert as_(approvers[0]).get(page(large, f"{door}/")).status_code == 405
    assert Payout.objects.get(pk=large.pk).status == "awaiting_approval"


def test_an_id_that_is_none_is_not_found(as_, large, auditor):
    for unknown in ("po_nonsense", large.recipient.public_id, f"po_{'0' * 26}"):
        assert as_(auditor).get(f"/admin/payouts/payout/{unknown}/").status_code == 404


def test_a_batch_shows_its_payouts_by_state(as_, platform, key, auditor):
    drafts = [factories.payout_draft(amount=1000), factories.payout_draft(amount=1_000_001)]
    batch, payouts = create_batch(platform.pk, "OCT", drafts, by=key)
    client = as_(auditor)
    assert "OCT" in text_of(client.get("/admin/payouts/batch/", {"q": "OCT"}))
    answer = client.get(f"/admin/payouts/batch/{batch.public_id}/")
    assert [(row["status"], row["count"], row["amount"]) for row in answer.context["states"]] == [
        ("awaiting_approval", 1, 1_000_001), ("scheduled", 1, 1000),
    ]  # fmt: skip
    assert {payout.public_id for payout in answer.context["payouts"]} == {payout.public_id for payout in payouts}


def test_a_likely_duplicate_is_shown_beside_what_it_looks_like_and_decided_there(as_, large, key, approvers, operator):
    draft = factories.payout_draft(large.amount, large.recipient_id, reference="AGAIN", description="June once more")
    [twin] = create_payouts(large.partner_id, [draft], by=key)
    client = as_(approvers[0])
    answer = client.get(page(twin))
    assert [one.pk for one in answer.context["side_by_side"]] == [large.pk, twin.pk]
    text = text_of(answer)
    assert "Looks like another payout" in text and "June once more" in text and large.reference in text
    assert "If both are meant, lift the hold and say why" in text
    assert not client.get(page(large)).context["side_by_side"]
    assert f"⚠ Looks like {large.reference}" in text_of(client.get("/admin/approvals/request/"))
    assert absent(as_(operator).get(page(twin)))["lift"] == "Only approvers and compliance officers lift holds."

    reason = {"reason": "Two months of rent", **seen(twin)}
    assert "The hold is lifted." in told(client.post(page(twin, "lift/"), reason, follow=True))
    assert "Somebody has looked at both." in text_of(client.get(page(twin)))
    assert Hold.objects.get(payout=twin).lifted_reason == "Two months of rent"
