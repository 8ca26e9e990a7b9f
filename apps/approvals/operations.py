"""
Four eyes: policies, requests and the people who decide them.

Payouts and whatever else needs approval open a request bound to a digest of their content, and pass on what people
decide. Nothing here knows what is behind a request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from apps.approvals import bands as amount_bands
from apps.approvals.bands import WITHOUT_POLICY, required_approvals
from apps.approvals.models import Decision, Policy, Request
from apps.core.database import assert_in_transaction, database_now, insert_rows
from apps.core.errors import Conflict, Fault, Invalid
from apps.core.money import is_currency
from apps.core.permissions import author_of, require_permission
from apps.core.text import InvalidText, check_text
from apps.events import operations as events
from apps.users.models import User
from apps.users.roles import ROLES

DECIDES = {"payout": "payouts.approve_payout"}
"""Which permission makes a person one who may approve a kind of subject."""


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What needs approval: `amount` in minor units, `digest` of the content, `excluded` the people who do not count."""

    subject: str
    subject_kind: str
    partner_id: UUID
    digest: str
    amount: int
    currency: str
    excluded: Iterable[UUID] = ()


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


class CannotSetPolicy(Conflict):
    """No chain of people could satisfy the policy; nothing was changed."""

    code = "cannot-set-policy"
    title = "The policy cannot be satisfied"


@transaction.atomic
def set_policy(subject_kind, partner_id, currency, bands, *, by):
    """
    Replace the active policy for a kind of subject, a partner (None: the default) and a currency; return the new one.

    Requests that are open keep the policy they were opened with.

    :raises PermissionDenied: if `by` may not change policies.
    :raises Invalid: naming every fault of the bands, the kind and the currency.
    :raises CannotSetPolicy: if fewer active people may approve than a band asks for.
    """
    require_permission(by, "approvals.change_policy")
    _check_policy(subject_kind, currency, bands)
    _lock_policy(subject_kind, partner_id, currency)
    _check_people(DECIDES[subject_kind], most=bands[-1]["approvals"])

    versions = Policy.objects.filter(subject_kind=subject_kind, partner_id=partner_id, currency=currency)
    before = versions.order_by("-version").first()
    versions.active().update(active=False)
    policy = Policy.objects.create(
        subject_kind=subject_kind,
        partner_id=partner_id,
        currency=currency,
        bands=bands,
        version=before.version + 1 if before else 1,
        set_by=author_of(by),
    )
    _record_policy(policy, before, by)
    return policy


def approvals_needed(subject_kind, partner_id, amounts) -> list[int]:
    """Return how many people would have to approve each (amount, currency) under the policies of this moment."""
    asked = [RequestDraft("", subject_kind, partner_id, "", amount, currency) for amount, currency in amounts]
    policies = _policies_for(asked)
    needed = []
    for draft in asked:
        policy = policies.get((subject_kind, partner_id, draft.currency)) or policies.get(
            (subject_kind, None, draft.currency)
        )
        needed.append(required_approvals(_frozen(policy)["bands"], draft.amount))
    return needed


@transaction.atomic
def open_requests(drafts: Sequence[RequestDraft], *, now: datetime | None = None) -> dict[str, Request]:
    """
    Open one request per draft under the policy of this moment, and return them by subject.

    A request whose policy asks for nobody is approved at once. A partner without a policy of its own falls under the
    default of its currency; without that, one approval is needed. A few statements serve any number of drafts.
    """
    now = now or database_now()
    policies = _policies_for(drafts)
    requests = []
    for draft in drafts:
        policy = policies.get((draft.subject_kind, draft.partner_id, draft.currency)) or policies.get(
            (draft.subject_kind, None, draft.currency)
        )
        frozen = _frozen(policy)
        required = required_approvals(frozen["bands"], draft.amount)
        requests.append(
            Request.make(
                subject=draft.subject,
                subject_kind=draft.subject_kind,
                partner_id=draft.partner_id,
                digest=draft.digest,
                amount=draft.amount,
                currency=draft.currency,
                policy=frozen,
                required=required,
                status=Request.Status.OPEN if required else Request.Status.APPROVED,
                excluded=sorted(set(draft.excluded)),
                opened_at=now,
                decided_at=None if required else now,
            )
        )
    insert_rows(requests)
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


def _policies_for(drafts) -> dict[tuple, Policy]:
    """Return the active policies that may apply, by kind, partner (None: default) and currency."""
    policies = Policy.objects.active().filter(
        Q(partner__in={draft.partner_id for draft in drafts}) | Q(partner__isnull=True),
        subject_kind__in={draft.subject_kind for draft in drafts},
        currency__in={draft.currency for draft in drafts},
    )
    return {(policy.subject_kind, policy.partner_id, policy.currency): policy for policy in policies}


def _frozen(policy) -> dict:
    """Return the copy of the policy that a request keeps."""
    if policy is None:
        return {"policy": None, "version": 0, "bands": WITHOUT_POLICY}
    return {"policy": policy.public_id, "version": policy.version, "bands": policy.bands}


def _check_policy(subject_kind, currency, bands) -> None:
    faults = amount_bands.faults(bands)
    if subject_kind not in DECIDES:
        faults.append(Fault("/subject_kind", "unknown-subject-kind", f"Use one of: {', '.join(DECIDES)}."))
    if not is_currency(currency):
        faults.append(Fault("/currency", "unknown-currency", "Use a current ISO 4217 code such as EUR."))
    if faults:
        raise Invalid(errors=faults)


def _lock_policy(subject_kind, partner_id, currency) -> None:
    """Let one change of this policy run at a time, also the first one, when there is no row to lock."""
    with connection.cursor() as cursor:
        name = f"approvals.policy/{subject_kind}/{partner_id}/{currency}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _check_people(permission, most) -> None:
    """Refuse a policy that asks for more people than there are."""
    roles = [name for name, role in ROLES.items() if permission in role.permissions]
    people = (
        User.objects.filter(kind=User.Kind.PERSON, is_active=True, role_assignments__role__in=roles).distinct().count()
    )
    if people < most:
        raise CannotSetPolicy(
            f"It asks for {most} approvals, and {people} active people may approve. Give more people the role first.",
            people=people,
        )


def _record_policy(policy, before, by) -> None:
    data = {
        "subject_kind": policy.subject_kind,
        "partner": policy.partner and policy.partner.public_id,
        "currency": policy.currency,
        "version": policy.version,
        "bands": policy.bands,
    }
    changes = {"bands": [before.bands if before else None, policy.bands]}
    events.record("policy.changed", [events.Fact(policy.public_id, None, data, changes)], by=by)
