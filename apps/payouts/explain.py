"""
Why a payout is where it is: whom it waits for, for what, since when, until when, and what would unblock it.

The same structure answers `GET /payouts/{id}/explain` and fills the panel in the admin. It reads only facts that
`Payout.objects.with_facts()` has loaded, so that a list of payouts costs no query per row. It never says what a
compliance review is about: a platform that knew could warn its recipient.
"""

from datetime import UTC, datetime, time, timedelta

from apps.core.money import format_amount
from apps.payouts.charges import in_words, represent_charges
from apps.payouts.states import MEANINGS, TRANSITIONS, State
from apps.rails.registry import RAILS


def waiting_on(payout) -> list[dict]:
    """
    Return what the payout waits for, or an empty list at an end.

    Each item has `what`, `who` (a role, `platform`, `bank` or `portal`), `since`, `until` (ISO 8601 or None),
    `rule` (which policy, list or calendar says so) and `unblocked_by` (a sentence).
    """
    reason = _REASONS.get(payout.status)
    return _change(payout) + _duplicate(payout) + (reason(payout) if reason else []) + _recall(payout)


def explain(payout) -> dict:
    """Return the payout's state in words with everything that it waits for and may do next, and what it costs."""
    return {
        "id": payout.public_id,
        "object": "payout_explanation",
        "status": payout.status,
        "means": MEANINGS[payout.status],
        "since": payout.status_at.isoformat(),
        "waiting_on": waiting_on(payout),
        "may_become": sorted(
            {str(target) for edge in TRANSITIONS.values() if payout.status in edge.sources for target in edge.targets}
        ),
        "charges": {"means": in_words(payout), **represent_charges(payout)},
        "failure": failure(payout),
        "recall": recall(payout),
        "counted": counted(payout),
        "duplicates": duplicates(payout),
        "rail": {"requested": payout.requested_rail, "chosen": payout.rail, "considered": payout.routing},
        "next_cut_off": payout.cut_off_at.isoformat() if payout.status in _BEFORE_CUT_OFF else None,
    }


def failure(payout) -> dict | None:
    """Return why the payout ended without paying, or None."""
    if not payout.failure_code:
        return None
    return {"code": payout.failure_code, "reason": payout.failure_reason}


def counted(payout) -> dict | None:
    """Return what counted together when the payout was judged for approval, or None if it was alone."""
    request = payout.approval
    if request is None or not request.amount_before:
        return None
    return {
        "amount": format_amount(request.counted, request.currency),
        "currency": request.currency,
        "rule": "what one recipient or account gets within 24 hours counts together",
        "parts": request.parts,
    }


def duplicates(payout) -> list[dict]:
    """Return the payouts that this one looks like, as long as it is held for that."""
    return [other for hold in payout.open_holds if hold.kind == "duplicate" for other in hold.alike]


def recall(payout) -> dict | None:
    """Return the last request to its bank to give the money back, or None."""
    if not payout.recalls_made:
        return None
    last = payout.recalls_made[0]
    return {
        "id": last.public_id,
        "status": last.status,
        "status_at": last.status_at.isoformat(),
        "reason": last.reason,
        "requested_at": last.requested_at.isoformat(),
        "answer_due_on": last.answer_due_on.isoformat(),
        "answer": {"code": last.code, "reason": last.text} if last.status in ("granted", "refused") else None,
    }


_SAME_MOMENT = timedelta(minutes=1)
"""A first account that is usable from the moment it was made on does not rest, whatever the clocks differ by."""
_BEFORE_CUT_OFF = (State.IN_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_FUNDS, State.SCHEDULED)


def _item(what, who, since, until, rule, unblocked_by):
    return {
        "what": what,
        "who": who,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
        "rule": rule,
        "unblocked_by": unblocked_by,
    }


def _in_review(payout):
    if payout.screening_id is None:
        return [
            _item(
                "screening", "compliance_officer", payout.status_at, None, "no watchlist is loaded",
                "A watchlist is loaded; screening then runs by itself.",
            )
        ]  # fmt: skip
    review = payout.review
    return [
        _item(
            "compliance_review", "compliance_analyst", review.opened_at, review.due_at,
            f"every recipient is screened (review {review.public_id})",
            "A compliance officer decides.",
        ),
        *_information(review),
    ]  # fmt: skip


def _information(review):
    """Return what the platform was asked, as long as nobody has answered; the question is read elsewhere."""
    if review.information_due_at is None:
        return []
    return [
        _item(
            "information", "platform", review.opened_at, review.information_due_at,
            "something is asked about the recipient", "The platform answers the information request.",
        )
    ]  # fmt: skip


def _change(payout):
    """Return what is awaited of a changed account, as long as the payout has not left."""
    if payout.open_change is None or payout.status not in _BEFORE_CUT_OFF:
        return []
    return [
        _item(
            "account_confirmation", "approver", payout.open_change.proposed_at, None,
            f"changed account details take a second person (change {payout.open_change.public_id})",
            "An approver who does not stand behind the change confirms it; refused, the payout ends.",
        )
    ]  # fmt: skip


def _duplicate(payout):
    """Return what is awaited of a likely duplicate, as long as the payout has not left."""
    if payout.status not in _BEFORE_CUT_OFF:
        return []
    return [
        _item(
            "duplicate", "approver", hold.opened_at, None,
            f"likely duplicate: {hold.reason[:1].lower()}{hold.reason[1:]}",
            "An approver or compliance officer looks at both and lifts the hold with a reason, or it is cancelled.",
        )
        for hold in payout.open_holds
        if hold.kind == "duplicate"
    ]  # fmt: skip


def _awaiting_approval(payout):
    request = payout.approval
    missing = request.required - request.approvals
    people = "one more person" if missing == 1 else f"{missing} more people"
    return [
        _item(
            "approval", "approver", request.opened_at, payout.cut_off_at,
            _policy(request),
            f"Approval by {people} who did not create it.",
        )
    ]  # fmt: skip


def _policy(request):
    needed = "one approval" if request.required == 1 else f"{request.required} approvals"
    version = request.policy.get("version")
    if not version:
        return f"no policy is set: {needed}"
    if not request.amount_before:
        return f"approval policy version {version}: {needed} for this amount"
    together = f"{format_amount(request.counted, request.currency)} {request.currency}"
    return f"approval policy version {version}: {needed} for {together}, all that this recipient or account gets in 24 hours"


def _awaiting_funds(payout):
    amount = f"{format_amount(payout.total, payout.currency)} {payout.currency}"
    return [
        _item(
            "funding", "platform", payout.status_at, None, "the platform's balance is short",
            f"{amount} must be free on the platform's balance; transfers with reference "
            f"{payout.partner.funding_reference} are credited by themselves. When money arrives, the oldest payout goes first.",
        )
    ]  # fmt: skip


def _scheduled(payout):
    items = [_hold(hold) for hold in payout.open_holds if hold.kind != "duplicate"] + [
        _stop(stop) for stop in payout.open_stops
    ]
    method = payout.payee["method"]
    rests_until = datetime.fromisoformat(method["usable_from"])
    is_first = method["version"] == 1
    if rests_until > (max(payout.cut_off_at, payout.created_at + _SAME_MOMENT) if is_first else payout.cut_off_at):
        rule = "changed account details rest before money follows them"
        if is_first:
            rule = "the account, or the recipient by another account, was known before: it rests as a change does"
        items.append(
            _item(
                "cooling_off", "portal", payout.status_at, rests_until, rule, "The resting time ends.",
            )
        )  # fmt: skip
    return items + [
        _item(
            "cut_off", "portal", payout.status_at, payout.cut_off_at, f"cut-off of {RAILS[payout.rail].title}",
            "The cut-off comes; the payout then leaves with its file.",
        )
    ]  # fmt: skip


def _hold(hold):
    if hold.kind == "compliance":
        return _item("hold", "compliance_analyst", hold.opened_at, None, "compliance hold", "The hold is lifted.")
    if hold.kind == "restored" and not hold.is_lifted_by_people:
        return _item("hold", "portal", hold.opened_at, hold.next_check_at, hold.reason, "Its bank says what it has.")
    return _item("hold", "approver", hold.opened_at, None, f"{hold.kind} hold: {hold.reason}", "The hold is lifted.")


def _stop(stop):
    return _item(
        "stop", "approver", stop.opened_at, None, f"sending is stopped: {stop.get_scope_display().lower()}",
        "Two people of those who may lift stops (approvers, compliance officers, treasurers) lift it.",
    )  # fmt: skip


def _submitting(payout):
    if RAILS[payout.rail].family == "call":
        rule, unblocked_by = (
            "the attempt is stored first, then the bank is called",
            "The bank can be reached and answers.",
        )
        stops = payout.open_stops
    else:
        rule = "the file is stored first, then handed to the bank"
        unblocked_by = "The bank's folder takes the file."
        stops = [stop for stop in payout.open_stops if stop.covers_files]
    return [_stop(stop) for stop in stops] + [_item("hand_over", "portal", payout.status_at, None, rule, unblocked_by)]


def _in_doubt(payout):
    if RAILS[payout.rail].family == "call":
        unblocked_by = "The bank is asked until it tells; what it cannot tell, two people decide by evidence."
    else:
        unblocked_by = "A status report, or a statement line, that names it. Nothing is sent again."
    return [
        _item(
            "evidence", "treasurer", payout.status_at, None, "it is not known whether the rail has it", unblocked_by,
        )
    ]  # fmt: skip


def _sent(payout):
    return [
        _item(
            "bank_statement", "bank", payout.status_at, None, "paid means: matched to a statement line",
            "The bank's statement shows the debit, or a report refuses it.",
        )
    ]  # fmt: skip


def _recall(payout):
    """Return what is awaited of a recall, as long as the payout is with its bank."""
    if not payout.recalls_made or payout.has_ended:
        return []
    last = payout.recalls_made[0]
    if last.status == "granted":
        return [
            _item(
                "returned_money", "bank", last.status_at, None, "the bank has granted the recall",
                "The bank's statement shows the money back.",
            )
        ]  # fmt: skip
    if not last.is_live:
        return []
    until = datetime.combine(last.answer_due_on, time.max, tzinfo=UTC)
    return [
        _item(
            "recall", "treasurer" if last.status == "unanswered" else "bank", last.requested_at, until,
            "the recipient's bank decides whether it gives money back", "The bank answers, or a statement shows the money.",
        )
    ]  # fmt: skip


_REASONS = {
    State.IN_REVIEW: _in_review,
    State.AWAITING_APPROVAL: _awaiting_approval,
    State.AWAITING_FUNDS: _awaiting_funds,
    State.SCHEDULED: _scheduled,
    State.SUBMITTING: _submitting,
    State.IN_DOUBT: _in_doubt,
    State.SENT: _sent,
}
