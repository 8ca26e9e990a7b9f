"""An approver decides the queue before the cut-off, a changed account, a doubt and a stop. By keys alone."""

import pytest
from playwright.sync_api import expect

from apps.payouts.models import Payout, Resolution
from apps.rails.models import Stop
from apps.recipients.models import MethodChange

pytestmark = pytest.mark.browser


def test_the_day_of_an_approver_by_keys(desk_of, monday, status_of):
    berta = desk_of("berta")
    tab, keys = berta.tab, berta.tab.keyboard
    keys.press("Tab")
    expect(tab.get_by_role("link", name="To the page, past the menu")).to_be_focused()
    keys.press("Enter")
    berta.hit(tab.get_by_role("link", name="payouts waiting for your approval"))

    rows = tab.locator("#queue tbody tr")
    expect(rows).to_have_count(3)
    order = [
        Payout.objects.get(reference=text) for text in rows.locator("a[href*='/payouts/payout/']").all_inner_texts()
    ]
    assert {payout.pk for payout in order} == {payout.pk for payout in monday.waiting}
    keys.press("j"), keys.press("x"), keys.press("j"), keys.press("x")
    berta.sees("Chosen: 2")
    keys.press("a")
    berta.sees("2 payouts, all of them or none")
    assert [status_of(payout) for payout in order] == ["awaiting_approval"] * 3
    berta.hit(tab.get_by_role("button", name="Approve 2"))
    expect(rows).to_have_count(1)
    ready = [payout for payout in order[:2] if payout.pk == monday.waiting[0].pk]
    assert [status_of(payout) for payout in ready] == ["scheduled"] * len(ready)

    keys.press("j"), keys.press("r")
    expect(tab.get_by_label("Reason, for a rejection")).to_be_focused()
    keys.type("Twice the amount of the order")
    keys.press("Enter")
    berta.hit(tab.get_by_role("button", name="Reject 1"))
    berta.sees("Nothing waits for you.")
    assert status_of(order[2]) == "rejected"

    berta.menu_by_keys("Recipients")
    berta.hit(tab.get_by_role("link", name="Changes of account"))
    berta.hit(tab.get_by_role("link", name="Fenja Castellorosso"))
    berta.sees("What changes")
    berta.hit(tab.get_by_role("button", name="Confirm the account"))
    berta.sees("Confirmed")
    assert MethodChange.objects.get().status == "confirmed"

    berta.menu_by_keys("In doubt")
    berta.sees("The bank paid it", "Ms Example of the bank's desk")
    berta.hit(tab.get_by_role("button", name="Confirm"))
    berta.sees("INV-2212")
    expect(tab.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    assert Resolution.objects.get(pk=monday.resolution.pk).status == "confirmed"
    assert status_of(monday.doubtful[0]) == "sent"

    berta.menu_by_keys("Stops")
    berta.hit(tab.get_by_role("link", name="Country of the account LT"))
    berta.hit(tab.get_by_role("button", name="Agree: lift it"))
    expect(tab.get_by_text("Lifted", exact=True).first).to_be_visible()
    assert not Stop.objects.open().exists()

    berta.menu_by_keys("Today")
    berta.sees("Nothing needs you now")


def test_two_approvers_at_one_queue(desk_of, monday, status_of):
    """Whoever is second is told who was first and when, and nothing of their list is decided."""
    anton, berta = desk_of("anton"), desk_of("berta")
    for desk in (anton, berta):
        desk.menu("Approvals")
        desk.tab.get_by_label("Choose INV-2202").check()
    berta.tab.get_by_label("Choose INV-2203").check()
    berta.press("Approve chosen …")
    berta.sees("2 payouts, all of them or none")

    anton.press("Approve chosen …")
    anton.press("Approve 1")
    anton.sees("1 with your approval still need somebody else's")
    expect(anton.tab.get_by_label("Choose INV-2202")).to_have_count(0)

    berta.press("Approve 2")
    berta.sees("INV-2202 was changed by Anton Approver at")
    assert [Payout.objects.with_facts().get(pk=one.pk).approval.approvals for one in monday.waiting] == [1, 1, 0]
