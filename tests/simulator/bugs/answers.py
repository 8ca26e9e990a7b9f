"""What the bank answers."""

from unittest.mock import patch

from apps.core.database import database_now
from apps.payouts.operations import submit
from apps.rails.answers import Answers
from apps.rails.models import StatusReport
from apps.rails.operations import reports
from apps.rails.transports import folder
from tests.simulator.bugs.registry import bug, silent


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
        submit, "post", lambda drafts: real(draft for draft in drafts if draft.moment != "payout.refused")
    )


@bug
def refuse_in_silence():
    """A refused payout tells nobody."""
    yield silent(submit.facts, "payout.failed")
