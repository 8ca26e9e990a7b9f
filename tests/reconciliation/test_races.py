"""Two at once: the database lets one effect happen. Each test commits, so each takes about a second."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.reconciliation.models import Match, Statement, StatementLine
from apps.reconciliation.operations import (
    Choice,
    confirm_proposal,
    import_bank_file,
    propose_group,
    propose_match,
    propose_split,
    propose_undo,
)
from tests import factories
from tests.matching import match_line, second
from tests.reconciliation.bank import Ntry
from tests.reconciliation.conftest import Bank, send
from tests.reconciliation.test_matching import debit, held, statuses

pytestmark = pytest.mark.slow


def at_once(*calls):
    """Run the calls at the same moment; return each result, or the refusal it raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def bank(committed_db, bank_folder):
    return Bank(factories.bank_account())


def test_two_imports_of_one_file_import_it_once(bank):
    data = bank.write([Ntry(500), Ntry(-20, code="PMNT/MDOP/CHRG")])
    results = at_once(*[lambda: import_bank_file(data, "a.xml", by=SYSTEM)] * 4)
    assert sorted(result.already for result in results) == [False, True, True, True]
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 2)
    assert (held("suspense"), held("rail_fee")) == (500, 20)


def test_two_statements_for_one_place_in_the_chain_import_one(bank):
    files = [bank.write([Ntry(500)], id=f"STM-{n}") for n in range(2)]
    results = at_once(*[lambda data=data: import_bank_file(data, "a.xml", by=SYSTEM) for data in files])
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert Statement.objects.count() == 1


def test_two_people_match_one_line_once(bank):
    people = [factories.person("treasurer") for _ in range(2)]
    platforms = [factories.partner(), factories.partner()]
    bank.state(Ntry(500))
    line = StatementLine.objects.get()
    results = at_once(
        *[
            lambda person=person, platform=platform: propose_match(
                line.pk, Choice("funding", platform.pk), by=person, reason="Theirs"
            )
            for person, platform in zip(people, platforms, strict=True)
        ]
    )
    [proposal] = [result for result in results if not isinstance(result, DomainError)]
    assert [result.code for result in results if result != proposal] == ["proposed-already"]
    results = at_once(*[lambda: confirm_proposal(proposal.pk, by=second(proposal.proposed_by))] * 2)
    assert sorted(getattr(result, "code", "") for result in results) == ["", "decided-already"]
    assert Match.objects.filter(kind="funding").count() == 1
    assert sorted(held("funds", platform.public_id) for platform in platforms) == [0, 500]


def test_match_and_undo_of_one_line_have_one_order(bank):
    treasurer, platform = factories.person("treasurer"), factories.partner()
    bank.state(Ntry(500))
    line = StatementLine.objects.get()
    match_line(line.pk, Choice("funding", platform.pk), by=treasurer)
    match = Match.objects.get(kind="funding")
    proposal, other = propose_undo(match.pk, by=treasurer, reason="wrong"), second(treasurer)
    results = at_once(
        lambda: confirm_proposal(proposal.pk, by=other),
        lambda: confirm_proposal(proposal.pk, by=other),
        lambda: propose_undo(match.pk, by=other, reason="wrong"),
    )
    assert sum(isinstance(result, DomainError) for result in results) == 2
    assert (held("funds", platform.public_id), held("suspense")) == (0, 500)


def test_a_split_a_group_and_a_rule_pay_each_payout_once(bank, tmp_path):
    factories.watchlist(tmp_path)
    people, platform = [factories.person("treasurer") for _ in range(3)], factories.partner()
    factories.policy((None, 0), platform=platform)
    factories.fund(platform, bank.account, 100_000)
    sent = send(platform, factories.key_of(platform)[0], bank.account, [1000, 2000, 500])[:2]
    bank.state_notified()
    bank.state(Ntry(-3000, reference="SUM"), Ntry(-700, reference="PART"), Ntry(-300, reference="REST"), by=SYSTEM)
    whole, *parts = StatementLine.objects.open().order_by("position")
    both, one = [Choice("payout", payout.pk) for payout in sent], Choice("payout", sent[0].pk)
    members = [(line.pk, None) for line in parts]
    results = at_once(
        lambda: propose_split(whole.pk, both, by=people[0], reason="As one"),
        lambda: propose_group(members, one, by=people[1], reason="In two"),
        lambda: propose_group(members[::-1], one, by=people[2], reason="In two"),
    )
    split = results[0]
    [group] = [result for result in results[1:] if not isinstance(result, DomainError)]
    assert sorted(getattr(result, "code", "") for result in results) == ["", "", "proposed-already"]
    own = bank.write([debit(sent[1], reference="OWN")])
    results = at_once(
        lambda: confirm_proposal(split.pk, by=second(split.proposed_by)),
        lambda: confirm_proposal(group.pk, by=second(group.proposed_by)),
        lambda: import_bank_file(own, "own.xml", by=SYSTEM),
    )
    refused = [result.code for result in results if isinstance(result, DomainError)]
    assert refused == ["changed-since"]
    live = Match.objects.filter(kind="payout", undone_at=None)
    by_payout = {payout.pk: sum(match.amount for match in live if match.payout_id == payout.pk) for payout in sent}
    assert all(amount in (0, payout.amount) for payout, amount in zip(sent, by_payout.values(), strict=True))
    assert [amount > 0 for amount in by_payout.values()] == [status == "paid" for status in statuses(sent)]
