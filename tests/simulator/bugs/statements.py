"""What statements prove, and what undoing takes back."""

from unittest.mock import patch

from apps.payouts.models import Attempt
from apps.payouts.operations import outcomes
from apps.rails.transports import folder
from apps.reconciliation import postings as line_postings
from apps.reconciliation.models import Expectation, LinePart
from apps.reconciliation.operations import inbox, matching, undoing
from tests.simulator.bugs.registry import attempts_stay, bug, doubled


@bug
def put_a_statement_away_before_it_is_imported():
    """A worker that dies during an import loses the statement."""
    real = inbox.import_bank_file

    def import_bank_file(content, name, *, by, bank_account_id):
        path = inbox.BankAccount.objects.get(pk=bank_account_id).path / "from_bank" / name
        folder.put_away(path)
        return real(content, name, by=by, bank_account_id=bank_account_id)

    yield patch.object(inbox, "import_bank_file", import_bank_file)


@bug
def match_by_amount_alone():
    """Any debit of the right amount proves a payout, whatever it refers to."""

    def find(bank_account):
        expected = Expectation.objects.filter(bank_account=bank_account, state="open").order_by("-pk")
        open_parts = LinePart.objects.filter(line__bank_account=bank_account, line__sign="DBIT", is_open=True)
        for part in open_parts.order_by("pk"):
            if one := expected.filter(amount=part.amount).first():
                names = {"expectation": one.pk, "payout": one.payout_id}
                return [matching.Find(part.pk, part.line_id, part.amount, "payout", "The amount", **names)]
        return []

    yield patch.object(matching, "_RULES", (("DBIT", find), *matching._RULES[1:]))


@bug
def settle_in_any_state():
    """A statement line settles a payout whatever state it is in."""
    yield patch.object(outcomes, "_require", lambda *_: None)


@bug
def settle_and_leave_the_attempt():
    """A paid payout's attempt still waits for the bank."""
    yield attempts_stay(Attempt.Status.SETTLED)


@bug
def unsettle_and_leave_the_attempt():
    """Undoing a match leaves the attempt settled."""
    yield attempts_stay(Attempt.Status.SENT, of=outcomes)


@bug
def credit_returned_money_twice():
    """Money that came back is credited twice over."""
    yield doubled(outcomes.postings, "resolve_return")


@bug
def credit_funding_twice():
    """Money that a platform paid in is credited twice over."""
    yield doubled(line_postings, "funding")


@bug
def undo_without_suspense():
    """Money whose match was undone is in no account."""

    def suspend(bank_account, rows, *, by):
        return None

    yield patch.object(undoing.matching, "suspend", suspend)


@bug
def undo_and_expect_nothing():
    """After a match was undone its payment is not expected any more."""
    real = undoing._unprove

    def unprove(matches, **words):
        real(matches, **words)
        for match in matches:
            match.expectation_id = None

    yield patch.object(undoing, "_unprove", unprove)


@bug
def undo_and_keep_the_journals():
    """Undoing a match reverses nothing."""
    yield patch.object(undoing.matching, "contra", lambda *_: [])
