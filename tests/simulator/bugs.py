"""
Bugs seeded on purpose: each patches one place of the product, as somebody might have written it.

The machines must find every one. Those in `EQUIVALENT` are not found because another part of the product makes them
harmless, and the reason says which. Those in `RACES_ONLY` need two processes at the same instant.
"""

import hashlib
import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

from apps.core.database import LockingQuerySet, assert_in_transaction, database_now
from apps.core.ids import new_reference
from apps.payouts import postings
from apps.payouts.models import Attempt, Payout
from apps.payouts.operations import decide, holds, outcomes, submit
from apps.rails.answers import Answers
from apps.rails.models import PaymentFile, StatusReport
from apps.rails.operations import files, reports
from apps.rails.transports import folder
from apps.reconciliation import postings as line_postings
from apps.reconciliation.models import Expectation, LinePart
from apps.reconciliation.operations import inbox, matching, people

BUGS = {}

RACES_ONLY = {
    "lock_nothing": "One process takes one step at a time, so only machines with threads or processes see it."
}

EQUIVALENT = {
    "look_not_whether_the_bank_has_the_file": "The bank knows a file by its name and bytes, and takes it once.",
    "clear_only_the_first": "The sweep `screen_waiting` moves whatever waits for a review that was decided.",
    "check_no_reference_twice": "The unique constraint refuses the same, and the refusal is translated to the same words.",
    "lease_ends_at_once": "Handing over is exclusive by the name of the file; the lease only saves work.",
}


def bug(function):
    """Register a function that makes patches, given a stack that takes them back."""

    @contextmanager
    def seeded():
        with ExitStack() as stack:
            for patched in function():
                stack.enter_context(patched)
            yield

    seeded.__doc__ = function.__doc__
    BUGS[function.__name__] = seeded
    return seeded


def catchable() -> list[str]:
    """Return the names of the bugs that the simulator must find."""
    return sorted(BUGS.keys() - EQUIVALENT.keys() - RACES_ONLY.keys())


# Telling the bank


@bug
def mark_before_send():
    """A file counts as handed over before it is in the bank's folder."""

    def hand_over(file_id, *, by=files.SYSTEM):
        file = files._start_handing_over(file_id)
        if file.is_with_the_bank:
            return file
        file = files._finish_handing_over(file_id, by=by)
        folder.place(file.bank_account.path, file.file_name, file.read_content(), deadline=float("inf"))
        return file

    yield patch("apps.rails.operations.hand_over", hand_over)


@bug
def new_file_per_try():
    """A file that may have gone already is made anew under another name and message id."""

    def hand_over(file_id, *, by=files.SYSTEM):
        file = files._start_handing_over(file_id)
        if file.is_with_the_bank:
            return file
        fresh = re.sub(rb"FIL[0-9A-Z]{26}", new_reference("PO").encode(), file.read_content())
        name = f"{hashlib.sha256(fresh).hexdigest()[:20]}.xml"
        folder.place(file.bank_account.path, name, fresh, deadline=float("inf"))
        return files._finish_handing_over(file_id, by=by)

    yield patch("apps.rails.operations.hand_over", hand_over)


@bug
def new_end_to_end_id_per_attempt():
    """The bank sees another end-to-end id than the payout's own."""
    real = submit.instructions_of

    def instructions_of(file):
        return [replace(one, end_to_end_id=new_reference("PO")) for one in real(file)]

    yield patch.object(submit, "instructions_of", instructions_of)


@bug
def trouble_is_failure():
    """A file whose worker died on the way is given up: its payouts may be sent again."""

    def to_hand_over(self):
        return self.filter(lease_until=None, state__in=[PaymentFile.SEALED, PaymentFile.HANDING_OVER]).order_by("pk")

    yield patch("apps.rails.models.PaymentFileQuerySet.to_hand_over", to_hand_over)


@bug
def lease_for_ever():
    """Nobody takes over from a worker that died."""
    yield patch.object(files, "LEASE_SECONDS", 10**8)


@bug
def lease_ends_at_once():
    """Every worker may take over at any time."""
    yield patch.object(files, "LEASE_SECONDS", 1e-3)


@bug
def look_not_whether_the_bank_has_the_file():
    """A file is uploaded again though the bank has taken it to its archive."""
    yield patch.object(folder, "_lies_there", lambda *_: False)


@bug
def tell_only_once():
    """A worker that died while it told payouts is not followed by another."""

    def mark_file(file_id):
        PaymentFile.objects.filter(pk=file_id, told_at=None).update(told_at=database_now())
        return submit._mark_chunk(file_id)

    yield patch.object(submit, "_mark_file", mark_file)


@bug
def start_what_is_held():
    """Holds are not looked at when payouts are claimed."""

    def due(self, bank_account, now):
        return self.filter(bank_account=bank_account, status="scheduled", cut_off_at__lte=now).order_by("pk")

    yield patch("apps.payouts.models.payout.PayoutQuerySet.due", due)


@bug
def skip_the_last_screening():
    """A payout leaves on the screening of the day it was made."""
    yield patch.object(submit, "_pass_last_gates", lambda payouts: payouts)


@bug
def start_without_the_books():
    """Claiming a payout posts nothing."""
    yield patch.object(submit.postings, "submit", _nothing_like(postings.submit))
    real = submit.post
    yield patch.object(submit, "post", lambda drafts: real([draft for draft in drafts if draft]))


@bug
def amounts_in_another_unit():
    """The amount of a large payment loses its last minor unit on the way to the bank."""
    real = submit.instructions_of

    def instructions_of(file):
        return [replace(one, amount=one.amount - (one.amount > 100_000)) for one in real(file)]

    yield patch.object(submit, "instructions_of", instructions_of)


# What the bank answers


@bug
def swallow_an_early_report():
    """A report that comes before its payouts know that they are sent counts as applied."""
    real = submit.apply_report

    def apply_report(report_id):
        applied = real(report_id)
        StatusReport.objects.filter(pk=report_id).update(applied_at=database_now())
        return applied

    yield patch.object(submit, "apply_report", apply_report)


@bug
def note_the_report_before_it_is_applied():
    """A worker that dies while it applies a report leaves it as applied."""
    real = submit.apply_report

    def apply_report(report_id):
        if StatusReport.objects.get(pk=report_id).file.told_at:
            StatusReport.objects.filter(pk=report_id).update(applied_at=database_now())
        return real(report_id)

    yield patch.object(submit, "apply_report", apply_report)


@bug
def put_a_report_away_before_it_is_stored():
    """A worker that dies while it stores a report loses it."""
    real = reports.receive_report

    def receive_report(content, file_name, bank_account_id, **by):
        folder.put_away(reports.BankAccount.objects.get(pk=bank_account_id).path / "from_bank" / file_name)
        return real(content, file_name, bank_account_id, **by)

    yield patch.object(reports, "receive_report", receive_report)


@bug
def accept_what_is_refused():
    """Of a file that is accepted in part, all payments count as accepted."""
    real = Answers.outcome
    yield patch.object(Answers, "outcome", lambda self, *names: "accepted" if real(self, *names) == "refused" else "")


@bug
def refuse_and_keep_the_money():
    """The money of a refused payout stays in clearing."""
    real = submit.post
    yield patch.object(
        submit, "post", lambda drafts: real(draft for draft in drafts if draft.moment != "payout.failed")
    )


@bug
def refuse_in_silence():
    """A refused payout tells nobody."""
    yield _silent(submit.facts, "payout.failed")


# What statements prove


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

    yield patch.object(matching, "_RULES", (find, *matching._RULES[1:]))


@bug
def settle_in_any_state():
    """A statement line settles a payout whatever state it is in."""
    yield patch.object(outcomes, "_require", lambda *_: None)


@bug
def settle_and_leave_the_attempt():
    """A paid payout's attempt still waits for the bank."""
    yield _attempts_stay(Attempt.Status.SETTLED)


@bug
def unsettle_and_leave_the_attempt():
    """Undoing a match leaves the attempt settled."""
    yield _attempts_stay(Attempt.Status.SENT, of=outcomes)


@bug
def credit_returned_money_twice():
    """Money that came back is credited twice over."""
    yield _doubled(outcomes.postings, "resolve_return")


@bug
def credit_funding_twice():
    """Money that a platform paid in is credited twice over."""
    yield _doubled(line_postings, "funding")


@bug
def undo_without_suspense():
    """Money whose match was undone is in no account."""

    def suspend(bank_account, rows, *, by):
        return None

    yield patch.object(people.matching, "suspend", suspend)


@bug
def undo_and_expect_nothing():
    """After a match was undone its payment is not expected any more."""
    real = people._take_back

    def take_back(matches, **words):
        real(matches, **words)
        for match in matches:
            match.expectation_id = None

    yield patch.object(people, "_take_back", take_back)


@bug
def undo_and_keep_the_journals():
    """Undoing a match reverses nothing."""
    yield patch.object(people.matching, "contra", lambda *_: [])


# People and platforms


@bug
def cancel_while_sending():
    """A payout can be cancelled though its bank may have it."""

    def cancel_payouts(payout_ids, *, by, reason):
        Payout.objects.filter(pk__in=payout_ids, status__in=["submitting", "sent"]).update(status="cancelled")

    yield patch("tests.simulator.actors.platform.cancel_payouts", cancel_payouts)


@bug
def cancel_and_keep_the_money():
    """What was reserved for a payout stays reserved when it ends."""
    yield patch.object(decide.facts, "release", lambda *_: None)


@bug
def release_twice():
    """What was reserved for a payout is given back twice over."""
    yield _doubled(decide.facts.postings, "release")


@bug
def clear_only_the_first():
    """Clearing a review moves one of the payouts that wait for it."""
    real = decide._pass_review

    def pass_review(payouts, by, reason):
        return real(payouts[:1], by, reason)

    yield patch.object(decide, "_pass_review", pass_review)


@bug
def fund_nobody():
    """Payouts that wait for money go on waiting when it has come."""
    yield patch("apps.payouts.operations.fund_waiting", lambda: 0)


@bug
def lift_and_forget_the_cut_off():
    """A payout whose hold is lifted after its cut-off keeps a cut-off that nobody looks at again."""

    def far(payouts):
        for payout in payouts:
            payout.cut_off_at = payout.cut_off_at.replace(year=payout.cut_off_at.year + 50)

    yield patch.object(holds, "replan", far)


@bug
def approve_for_one():
    """A single approval releases what needs two."""
    yield patch("apps.approvals.operations.required_approvals", lambda *_: 1)


@bug
def check_no_reference_twice():
    """Nobody looks whether the platform has used a reference before."""
    yield patch("apps.payouts.operations.create._repeated_references", lambda *_: [])


@bug
def make_references_unique():
    """A request that comes again is made again, under a reference that is free."""
    from apps.payouts.operations import create

    real = create._repeated_references

    def repeated(partner_id, drafts):
        taken = {int(fault.pointer.split("/")[1]) for fault in real(partner_id, drafts)}
        for position in taken:
            drafts[position] = replace(drafts[position], reference=new_reference("PO"))
        return []

    yield patch.object(create, "_repeated_references", repeated)


@bug
def reserve_without_looking():
    """Money is reserved that is not there."""
    from apps.payouts import facts

    yield patch.object(facts, "lock_available", lambda keys: dict.fromkeys(keys, 10**12))


@bug
def lock_nothing():
    """Rows are read and not locked before they are changed."""

    def lock(self, ids):
        assert_in_transaction()
        return list(self.filter(pk__any_of=set(ids)).order_by("pk"))

    yield patch.object(LockingQuerySet, "lock", lock)


def _doubled(module, name):
    """Patch the function that drafts a journal so that its amount is doubled."""
    real = getattr(module, name)

    def drafted(*args, **kwargs):
        draft = real(*args, **kwargs)
        return replace(draft, legs=tuple(leg._replace(amount=leg.amount * 2) for leg in draft.legs))

    return patch.object(module, name, drafted)


def _nothing_like(_function):
    return lambda *args, **kwargs: None


def _silent(facts, event_type):
    real = facts.record

    def record(kind, *args, **kwargs):
        if kind != event_type:
            real(kind, *args, **kwargs)

    return patch.object(facts, "record", record)


def _attempts_stay(status, of=None):
    """Patch the attempts so that they do not move to a status, at all or when one module moves them."""
    from apps.payouts.models import attempt

    real = attempt.AttemptQuerySet.move_live

    def move_live(self, payouts, to):
        if to == status and (of is None or any(payout.came_from == "paid" for payout in payouts)):
            return 0
        return real(self, payouts, to)

    return patch.object(attempt.AttemptQuerySet, "move_live", move_live)
