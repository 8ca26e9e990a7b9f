"""Closing a day with a remainder: one person says why these lines may stay unidentified, a second one signs."""

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, Fault, NotFound, PermissionDenied
from apps.core.ids import decode
from apps.core.money import format_amount
from apps.core.permissions import require_permission
from apps.events import operations as events
from apps.rails.models import BankAccount
from apps.reconciliation.errors import CannotCloseDay
from apps.reconciliation.models import CloseProposal, DayClose, LinePart, Remainder, StatementLine
from apps.reconciliation.operations.closing import MOST_FAULTS, close_faults, record_close
from apps.reconciliation.operations.matching import lock_bank_account

SIGNABLE = "line-not-matched"


class CannotDecideClose(Conflict):
    """The proposal is decided already, is one's own, or rests on something that changed; nothing was changed."""

    code = "cannot-decide-close"
    title = "The proposal to close cannot be decided this way"


@transaction.atomic
def propose_close(bank_account_id, day, *, by, reason: str) -> CloseProposal:
    """
    Say that a day may close although lines of it are not identified, and why; a second person signs it.

    :raises PermissionDenied: if `by` may not close days.
    :raises NotFound: if there is no such bank account.
    :raises CannotCloseDay: if no reason is given, every line is identified, somebody has proposed it, or something else keeps
        it open: that nobody can sign for.
    """
    _require_person(by, "reconciliation.close_day")
    if not BankAccount.objects.filter(pk=bank_account_id).exists():
        raise NotFound("There is no such bank account.")
    bank_account = lock_bank_account(bank_account_id)
    if not reason.strip():
        raise CannotCloseDay("Say why it cannot wait.", errors=[Fault("/reason", "blank", "Say why it cannot wait.")])
    if CloseProposal.objects.open().filter(bank_account=bank_account, day=day).exists():
        raise CannotCloseDay("Somebody has proposed it; that is decided first.", code="proposed-already")
    lines = _unidentified(bank_account, day)
    amounts = _open_amounts(lines)
    proposal = CloseProposal.objects.create(
        bank_account=bank_account,
        day=day,
        lines=[str(line.pk) for line in lines],
        remainder=sum(amounts[line.pk] if line.is_credit else -amounts[line.pk] for line in lines),
        currency=bank_account.currency,
        reason=" ".join(reason.split())[:400],
        proposed_by=by,
    )
    _tell("day.close_proposed", proposal, by=by)
    return proposal


@transaction.atomic
def sign_close(proposal_id, *, by) -> DayClose:
    """
    Sign, as the second person, that a day closes with what was proposed to be left open, and close it.

    :raises PermissionDenied: if `by` may not sign remainders.
    :raises NotFound: if there is no such proposal.
    :raises CannotDecideClose: if it is decided already, is `by`'s own, or other lines are open than were proposed.
    :raises CannotCloseDay: if something else keeps the day open.
    """
    _require_person(by, "reconciliation.sign_remainder")
    proposal = _lock(proposal_id)
    if set(by.people_behind) & set(proposal.proposed_by.people_behind):
        raise CannotDecideClose("Another person signs what you have proposed.", code="own-proposal")
    lines = _unidentified(proposal.bank_account, proposal.day)
    if [str(line.pk) for line in lines] != proposal.lines:
        raise CannotDecideClose(
            "Other lines are open than were proposed. Refuse it, and propose anew.", code="changed-since"
        )
    amounts = _open_amounts(lines)
    _decide(proposal, CloseProposal.Status.CONFIRMED, by)
    closed = record_close(proposal.bank_account, proposal.day, by=by, remainder=_shown(proposal))
    rows = [Remainder(line=line, close=closed, proposal=proposal, amount=amounts[line.pk]) for line in lines]
    Remainder.objects.bulk_create(rows)
    return closed


@transaction.atomic
def refuse_close(proposal_id, *, by, reason: str) -> CloseProposal:
    """
    Disagree with what was proposed, or take one's own proposal back: the day stays open.

    :raises PermissionDenied: if `by` neither made it nor may sign remainders.
    :raises NotFound: if there is no such proposal.
    :raises CannotDecideClose: if it is decided already, or no reason is given.
    """
    own = CloseProposal.objects.filter(pk=proposal_id, proposed_by__in=by.people_behind).exists()
    takes_back = own and by.has_perm("reconciliation.close_day")
    _require_person(by, "reconciliation.close_day" if takes_back else "reconciliation.sign_remainder")
    proposal = _lock(proposal_id)
    if not reason.strip():
        raise CannotDecideClose("Say why not.", code="reason-missing")
    _decide(proposal, CloseProposal.Status.REFUSED, by, reason)
    _tell("day.close_refused", proposal, by=by)
    return proposal


def _unidentified(bank_account, day) -> list[StatementLine]:
    """Return the lines that alone keep a day open, in the order of their ids."""
    faults = close_faults(bank_account, day)
    others = [fault for fault in faults if fault.code != SIGNABLE]
    if others:
        raise CannotCloseDay("For this nobody can sign.", errors=others)
    if not faults:
        raise CannotCloseDay("Every line is identified: the day closes without a remainder.", code="no-remainder")
    if len(faults) >= MOST_FAULTS:
        raise CannotCloseDay(f"{MOST_FAULTS} lines or more are too many to sign for.", code="too-many-lines")
    ids = [decode(StatementLine.id_prefix, fault.pointer.removeprefix("/lines/")) for fault in faults]
    return list(StatementLine.objects.filter(pk__in=ids).order_by("pk"))


def _open_amounts(lines) -> dict:
    """Return what of each line nobody has identified."""
    amounts = {}
    for line_id, amount in LinePart.objects.filter(line__in=lines, is_open=True).values_list("line", "amount"):
        amounts[line_id] = amounts.get(line_id, 0) + amount
    return amounts


def _lock(proposal_id) -> CloseProposal:
    """Lock the bank account, as all who reconcile it do, then the proposal, which must be open."""
    account = CloseProposal.objects.filter(pk=proposal_id).values_list("bank_account", flat=True).first()
    if account is None:
        raise NotFound("There is no such proposal.")
    bank_account = lock_bank_account(account)
    [proposal] = CloseProposal.objects.lock([proposal_id])
    proposal.bank_account = bank_account
    if proposal.status != CloseProposal.Status.PROPOSED:
        raise CannotDecideClose(f"{proposal.get_status_display()} already.", code="decided-already")
    return proposal


def _decide(proposal, status, by, reason=""):
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, database_now()
    proposal.decided_reason = " ".join(reason.split())[:400]
    proposal.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])


def _shown(proposal) -> dict:
    return {
        "proposal": proposal.public_id,
        "remainder": format_amount(proposal.remainder, proposal.currency),
        "open_lines": len(proposal.lines),
        "reason": proposal.reason,
    }


def _tell(event_type, proposal, *, by):
    bank_account = proposal.bank_account
    data = _shown(proposal) | {"bank_account": bank_account.public_id, "day": proposal.day.isoformat()}
    data |= {"currency": proposal.currency, "refused_because": proposal.decided_reason}
    events.record(event_type, [events.Fact(bank_account.public_id, None, data)], by=by)


def _require_person(by, permission):
    require_permission(by, permission)
    if not by.people_behind:
        raise PermissionDenied("Two people sign for this, and no program.", permission=permission)
