"""
Four eyes: requests and the people who decide them.

Payouts and whatever else needs approval open a request bound to a digest of their content, and pass on what people
decide. Nothing here knows what is behind a request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from apps.approvals.bands import WITHOUT_POLICY, required_approvals
from apps.approvals.models import Decision, Request, SettingVersion, VoidDecision, settings_in_force
from apps.core.database import assert_in_transaction, database_now, insert_rows
from apps.core.errors import Conflict, Fault, Invalid, PermissionDenied
from apps.core.text import InvalidText, check_text

POLICY_OF = {"payout": "approval_policy"}
"""Which kind of setting says how many people must approve a kind of subject."""


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """
    What needs approval: `amount` in minor units, `digest` of the content, `excluded` the people who do not count.

    `amount_before` is what counts beside the amount, and `parts` the public ids of what that is.
    """

    subject: str
    subject_kind: str
    partner_id: UUID
    digest: str
    amount: int
    currency: str
    excluded: Iterable[UUID] = ()
    amount_before: int = 0
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of requests by one person's decision: their ids, by the status they are in now."""

    approved: list[UUID]
    rejected: list[UUID]
    waiting: list[UUID]


class CannotApprove(Conflict):
    """At least one request cannot be decided by this person now; `errors` names each, and nothing was recorded."""

    code = "cannot-approve"
    title = "This cannot be decided by you now"


def approvals_needed(subject_kind, partner_id, amounts) -> list[int]:
    """
    Return how many people would have to approve each (amount, currency) under the policies of this moment.

    The amount is with all that counts beside it.
    """
    asked = [RequestDraft("", subject_kind, partner_id, "", amount, currency) for amount, currency in amounts]
    policies, kind = _policies_for(asked, database_now()), POLICY_OF[subject_kind]
    needed = []
    for draft in asked:
        policy = policies.get((kind, partner_id, draft.currency)) or policies.get((kind, None, draft.currency))
        needed.append(required_approvals(_frozen(policy)["bands"], draft.amount))
    return needed


@transaction.atomic(savepoint=False)
def open_requests(drafts: Sequence[RequestDraft], *, now: datetime | None = None) -> dict[str, Request]:
    """
    Open one request per draft under the policy of this moment, and return them by subject.

    A request whose policy asks for nobody is approved at once. A partner without a policy of its own falls under the
    default of its currency; without that, one approval is needed. A few statements serve any number of drafts.
    """
    now = now or database_now()
    policies = _policies_for(drafts, now)
    copies = {policy: _frozen(policy) for policy in (None, *policies.values())}
    requests = []
    for draft in drafts:
        kind = POLICY_OF[draft.subject_kind]
        policy = policies.get((kind, draft.partner_id, draft.currency)) or policies.get((kind, None, draft.currency))
        frozen = copies[policy]
        required = required_approvals(frozen["bands"], draft.amount + draft.amount_before)
        requests.append(
            Request.make(
                subject=draft.subject,
                subject_kind=draft.subject_kind,
                partner_id=draft.partner_id,
                digest=draft.digest,
                amount=draft.amount,
                currency=draft.currency,
                amount_before=draft.amount_before,
                parts=list(draft.parts),
                policy=frozen,
                required=required,
                status=Request.Status.OPEN if required else Request.Status.APPROVED,
                excluded=sorted(set(draft.excluded)),
                opened_at=now,
                decided_at=None if required else now,
            )
        )
    insert_rows(requests, wait=False)
    return {request.subject: request for request in requests}


def record_decisions(request_ids, *, by, digests: dict[UUID, str], choice="approve", reason="") -> Decided:
    """
    Record one person's decision about each request, all or none, and tell what became of them.

    `digests` maps each request to the content digest the person was shown; a rejection may leave it out. The caller
    has asked for the permission and holds the locks of what is behind the requests.

    :raises Invalid: if a rejection gives no reason.
    :raises CannotApprove: with one fault per refused request, pointing at its subject: ``not-a-person``, ``not-open``,
        ``excluded``, ``already-decided`` or ``digest-changed``.
    :raises NotFound: if a request is not there.
    """
    assert_in_transaction()
    reason = _checked_reason(choice, reason)
    requests = Request.objects.lock(request_ids)
    shown = {
        request.pk: digests.get(request.pk, request.digest if choice == Decision.Choice.REJECT else None)
        for request in requests
    }
    decided_before = set(
        Decision.objects.filter(request__any_of=list(shown), person__in=by.people_behind).values_list(
            "request_id", flat=True
        )
        if by.actor_kind == "person"
        else ()
    )
    refusals = [fault for request in requests if (fault := _refusal(request, by, shown[request.pk], decided_before))]
    if refusals:
        raise CannotApprove(f"{len(refusals)} of {len(requests)} cannot be decided by you now.", errors=refusals)
    _require_still_here(by)

    insert_rows(
        Decision.make(request_id=request.pk, person_id=by.pk, choice=choice, reason=reason, digest=shown[request.pk])
        for request in requests
    )
    outcome = Decided([], [], [])
    place = {Request.Status.APPROVED: outcome.approved, Request.Status.REJECTED: outcome.rejected}
    statuses = Request.objects.filter(pk__any_of=list(shown)).order_by("pk").values_list("pk", "status")
    for request_id, status in statuses:
        place.get(status, outcome.waiting).append(request_id)
    return outcome


def requests_counting(person) -> list[UUID]:
    """Return the open requests that count an approval by this account."""
    given = Decision.objects.filter(person=person, choice=Decision.Choice.APPROVE, void=None)
    return list(given.filter(request__status=Request.Status.OPEN).values_list("request_id", flat=True))


def void_decisions(person, request_ids) -> list[UUID]:
    """
    Let the approvals of somebody who was shut out count no more, where requests are open; return these requests.

    The caller has shut them out and holds the locks of what is behind the requests.
    """
    assert_in_transaction()
    open_ids = [request.pk for request in Request.objects.lock(request_ids) if request.status == Request.Status.OPEN]
    given = Decision.objects.filter(person=person, request__any_of=open_ids, choice=Decision.Choice.APPROVE, void=None)
    void = dict(given.values_list("pk", "request_id"))
    insert_rows(VoidDecision.make(decision_id=decision_id) for decision_id in void)
    return list(void.values())


@transaction.atomic
def void_requests(request_ids) -> None:
    """
    Take back requests because what they ask about is gone or has changed; rejected and void ones stay as they are.

    :raises NotFound: if a request is not there.
    """
    requests = Request.objects.lock(request_ids)
    live = [request.pk for request in requests if request.status in (Request.Status.OPEN, Request.Status.APPROVED)]
    if live:
        Request.objects.filter(pk__any_of=live).update(status=Request.Status.VOID, decided_at=database_now())


def _require_still_here(by) -> None:
    """Let nobody shut this person out before the transaction ends; whoever did so meanwhile is first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_active FROM users_user WHERE id = %s FOR SHARE", [by.pk])
        [is_active] = cursor.fetchone()
    if not is_active:
        raise PermissionDenied("You were shut out meanwhile.")


def _refusal(request, by, digest, decided_before) -> Fault | None:
    """Return why `by` may not decide the request now, or None."""
    pointer = f"/{request.subject}"
    if by.actor_kind != "person":
        return Fault(pointer, "not-a-person", "Only people approve; a key or a program never counts.")
    if not set(by.people_behind).isdisjoint(request.excluded):
        return Fault(pointer, "excluded", "Whoever made or last changed this does not decide it.")
    if request.pk in decided_before:
        return Fault(pointer, "already-decided", "You have decided this already; one person counts once.")
    if request.status != Request.Status.OPEN:
        return Fault(pointer, "not-open", f"The request is {request.status}.")
    if digest != request.digest:
        return Fault(pointer, "digest-changed", "The content is not what you were shown. Look at it again.")
    return None


def _checked_reason(choice, reason) -> str:
    try:
        return check_text(reason, max_length=500, blank=choice == Decision.Choice.APPROVE)
    except InvalidText as error:
        raise Invalid(errors=[Fault("/reason", error.code, error.detail)]) from error


def _policies_for(drafts, now) -> dict[tuple, SettingVersion]:
    """Return the policies in force that may apply, by kind, partner (None: default) and currency."""
    policies = settings_in_force(
        now,
        kinds={POLICY_OF[draft.subject_kind] for draft in drafts},
        partners={draft.partner_id for draft in drafts},
        currencies={draft.currency for draft in drafts},
    )
    return {(policy.kind, policy.partner_id, policy.currency): policy for policy in policies}


def _frozen(policy) -> dict:
    """Return the copy of the policy that a request keeps."""
    if policy is None:
        return {"policy": None, "version": 0, "bands": WITHOUT_POLICY}
    return {"policy": policy.public_id, "version": policy.version, "bands": policy.content["bands"]}
