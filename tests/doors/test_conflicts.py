"""Conflicts on the page of what is in doubt, on Today, on the page of the payout and at the bench."""

from apps.payouts.jobs import stop_contradicted
from apps.payouts.models import Conflict, Resolution
from apps.reconciliation.models import Proposal, StatementLine
from tests import factories
from tests.doors.conftest import text_of
from tests.doors.visits import Visitor
from tests.reconciliation.conftest import bank, sent, stated  # noqa: F401 - fixtures
from tests.reconciliation.test_conflicts import EVIDENCE, credit, debit, failed, paid  # noqa: F401 - fixtures

PAGE = "/admin/payouts/resolution/"


def test_it_says_what_is_held_what_is_said_and_what_may_be_gone(failed, stated, treasurer):  # noqa: F811
    stated.state(debit(failed, "R1"))
    stop_contradicted()
    page = Visitor(treasurer).open(PAGE)
    conflict = Conflict.objects.get()
    for part in (
        "May have left unnoticed",
        conflict.said_before,
        conflict.said_now,
        conflict.public_id,
        "Propose</button>",
    ):
        assert part in page
    assert "is stopped" in page


def test_one_proposes_and_another_closes_it(failed, stated, treasurer, officer):  # noqa: F811
    stated.state(debit(failed, "R1"))
    asked = {"conflict": Conflict.objects.get().public_id, "verdict": "paid_after_all", "evidence": EVIDENCE}
    page = Visitor(treasurer).press(f"{PAGE}close/", **asked)
    assert "Another person decides what you have proposed." in page
    Visitor(officer).press(f"{PAGE}decide/", resolution=Resolution.objects.get().public_id, decision="confirm")
    conflict = Conflict.objects.get()
    assert (conflict.outcome, conflict.charged_to) == ("paid_after_all", "funds")
    assert conflict.public_id not in Visitor(officer).open(PAGE)
    assert "charged to: the platform's balance" in Visitor(officer).open(f"/admin/payouts/payout/{failed.public_id}/")


def test_people_see_it_on_the_page_of_the_payout_and_platforms_do_not(failed, stated, auditor):  # noqa: F811
    from apps.payouts.explain import explain
    from apps.payouts.models import Payout

    stated.state(debit(failed, "R1"))
    assert "The bank paid what is held as not paid." in Visitor(auditor).open(
        f"/admin/payouts/payout/{failed.public_id}/"
    )
    assert "conflict" not in str(explain(Payout.objects.with_facts().get(pk=failed.pk)))


def test_today_says_how_much_may_be_gone(as_, failed, stated, auditor, treasurer):  # noqa: F811
    """To those who say what is true it says that it needs them; to others, that others are at it."""
    stated.state(debit(failed, "R1"))
    for person, place in ((treasurer, "needs"), (auditor, "needs_of_others")):
        answer = as_(person).get("/admin/")
        [need] = [need for need in answer.context[place] if need["title"] == "conflict with the bank"]
        assert (need["count"], need["totals"], need["tone"]) == (1, {"EUR": 1000}, "bad")
        assert "may have left unnoticed" in text_of(answer)


def test_what_came_back_of_a_charged_debit_is_offered_at_the_bench(paid, stated, treasurer, officer):  # noqa: F811
    stated.state(debit(paid, "R2"))
    line = StatementLine.objects.get(bank_reference="R2")
    assert "Two people decide under In doubt." in Visitor(treasurer).open(
        f"/admin/reconciliation/statementline/{line.public_id}/"
    )
    conflict = Conflict.objects.get().public_id
    Visitor(treasurer).press(f"{PAGE}close/", conflict=conflict, verdict="paid_after_all", evidence=EVIDENCE)
    Visitor(officer).press(f"{PAGE}decide/", resolution=Resolution.objects.get().public_id, decision="confirm")
    bench = f"/admin/reconciliation/statementline/{line.public_id}/"
    assert "Debit that was charged" in Visitor(treasurer).open(bench)
    Visitor(treasurer).press(f"{bench}match/", kind="extra", target=conflict, part=1)
    stated.state(credit(paid, "R3"))
    bench = f"/admin/reconciliation/statementline/{StatementLine.objects.get(bank_reference='R3').public_id}/"
    page = Visitor(treasurer).open(bench)
    assert "What came back of a debit that was charged" in page
    assert "Disputed with the bank".lower() in page.lower()
    what = {"kind": "repaid", "target": conflict, "part": 1, "reason": "The bank names both debits"}
    Visitor(treasurer).press(f"{bench}propose/", **what)
    colleague = factories.person("treasurer", "Tove Treasurer")
    Visitor(colleague).press(f"/admin/reconciliation/proposal/{Proposal.objects.get().public_id}/confirm/")
    assert not StatementLine.objects.open().exists()
