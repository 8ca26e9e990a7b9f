from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.approvals import operations as approvals
from apps.approvals.kinds import KINDS
from apps.approvals.models import settings_in_force, settings_read_once
from apps.compliance import operations as compliance
from apps.core.database import database_now, insert_rows, positions_taken
from apps.core.errors import Fault, Invalid
from apps.core.permissions import SYSTEM, author_of, require_permission
from apps.core.seldom import looked_at, read_seldom
from apps.core.statements import ask, rows_where, settle
from apps.ledger.posting import post
from apps.partners.models import Partner
from apps.payouts import facts
from apps.payouts.duplicates import alike, hold_duplicates
from apps.payouts.errors import CannotCreate
from apps.payouts.limits import check_limits
from apps.payouts.models import Batch, Payout
from apps.payouts.operations.quotes import quotes_of
from apps.payouts.representation import represent_payee
from apps.payouts.routes import plan_routes
from apps.payouts.states import REJECTED_BY_COMPLIANCE, State
from apps.payouts.together import Part, count_before, lock_parts
from apps.pricing.schedules import terms_in_force
from apps.rails.terms import represent_setting
from apps.recipients import operations as recipients
from apps.recipients.models import PayoutMethodVersion, Recipient, RecipientVersion

FRESH = timedelta(seconds=3)
"""How long it holds what was seen of drafts before they become payouts: about as long as it takes to make a thousand."""


@dataclass(frozen=True)
class PayoutDraft:
    """A payout as a caller asks for it; texts are clean, the amount is in minor units."""

    recipient: UUID | recipients.RecipientDraft
    amount: int
    currency: str
    reference: str
    method: UUID | None = None
    quote: UUID | None = None
    rail: str = "auto"
    execute_on: date | None = None
    description: str = ""
    metadata: dict = field(default_factory=dict)

    @property
    def is_inline(self) -> bool:
        return isinstance(self.recipient, recipients.RecipientDraft)


@dataclass(frozen=True)
class CheckedDrafts:
    """
    What `look_at_drafts` found: whom, on which way and at what price each draft pays, every fault, and when it looked.

    `rules` are the ids of the settings that held then, `limits` those of the platform once `check_drafts` has asked.
    """

    payees: list
    inline: recipients.Checked
    routes: list
    prices: list
    faults: list
    now: datetime
    rules: list
    limits: dict = field(default_factory=dict)


@transaction.atomic
def create_batch(partner_id, reference, drafts, *, by):
    """
    Create payouts that belong together; return (batch, payouts).

    :raises PermissionDenied: if `by` may not create payouts.
    :raises CannotCreate: if the platform is suspended.
    :raises Invalid: naming every fault of every payout below ``/payouts/<position>``; nothing is created then.
    """
    require_permission(by, "payouts.create_payout")
    if Batch.objects.filter(partner_id=partner_id, reference=reference).exists():
        raise Invalid(errors=[Fault("/reference", "duplicate-reference", "Another batch has this reference.")])
    totals = {}
    for draft in drafts:
        totals[draft.currency] = totals.get(draft.currency, 0) + draft.amount
    try:
        batch = Batch.objects.create(
            partner_id=partner_id, reference=reference, count=len(drafts), totals=totals, created_by=author_of(by)
        )
    except IntegrityError as error:
        if not positions_taken(error, "batch_reference_unique", [reference]):
            raise
        detail = "Another batch has just taken this reference."
        raise Invalid(errors=[Fault("/reference", "duplicate-reference", detail)]) from error
    try:
        return batch, create_payouts(partner_id, drafts, by=by, batch=batch)
    except Invalid as refusal:
        raise Invalid(errors=[fault.below("/payouts") for fault in refusal.errors]) from None


@transaction.atomic
@read_seldom()
def create_payouts(partner_id, drafts, *, by, batch=None, makers=(), seen=None):
    """
    Accept payouts: validate, screen, open approval and reserve in one go, so that each answer tells the truth.

    Returns the payouts in order, each in the state of its next gate. `makers` are the ids of people who had a hand in
    them beside `by`, and may not approve them either. `seen` is what `look_at_drafts` found of these drafts, for a caller
    that has looked before it waited for others; it is not relied on for longer than `FRESH`, nor if a rule has changed.

    :raises PermissionDenied: if `by` may not create payouts (or recipients, for details given inline).
    :raises CannotCreate: if the platform is suspended.
    :raises Invalid: naming every fault with a pointer below ``/<position>``; nothing is created then.
    """
    require_permission(by, "payouts.create_payout")
    [partner] = rows_where(Partner, "WHERE id = %s", [partner_id])
    if partner.status != "active":
        raise CannotCreate("The platform is suspended.")

    with settings_read_once(partner_id):
        if seen is None or not _still_holds(partner, seen):
            seen = look_at_drafts(partner, drafts)
        checked = _check_together(partner, drafts, seen)
        if checked.faults:
            raise Invalid(errors=checked.faults)
        payees = checked.payees
        made = _create_inline(partner_id, payees, checked, by)

        author = author_of(by)
        payouts = [
            _payout(partner, draft, payee, route, price, batch, author, checked.limits.get(draft.currency))
            for draft, payee, route, price in zip(drafts, payees, checked.routes, checked.prices, strict=True)
        ]
        _screen(payouts, by, made, checked.now)
        found = _open_approvals(payouts, payees, {*by.people_behind, *makers})
    reservations = facts.reserve_in_order([payout for payout in payouts if not payout.is_barred], checked.now.date())
    _begin(payouts)
    with _refusing_what_is_taken(payouts):
        insert_rows(payouts, wait=False)
        held = hold_duplicates(payouts, found)
        post(reservations, wait=False)
        facts.record("payout.created", payouts, by=by)
        facts.record("payout.held", held, by=SYSTEM, note="It looks like another payout")
    facts.go_at_once(payouts)
    return payouts


def check_drafts(partner, drafts, *, apart=False) -> CheckedDrafts:
    """
    Check the drafts against what is there, in a constant number of queries; faults point below ``/<position>``, in order.

    With `apart` each is judged by itself, and it is the caller's matter whether two have the same reference, or are
    together more than is left of a limit.
    """
    return _check_together(partner, drafts, look_at_drafts(partner, drafts), apart=apart)


def look_at_drafts(partner, drafts) -> CheckedDrafts:
    """
    Look at all that each draft is by itself, in a constant number of queries, and lock nothing.

    What drafts are together, repeated references and limits, is left to whoever makes payouts of them.
    """
    inline = {position: draft.recipient for position, draft in enumerate(drafts) if draft.is_inline}
    checked = recipients.check_drafts(partner.pk, list(inline.values()), method_required=True)
    payees, faults = _resolve_recipients(partner.pk, drafts)
    faults += [_renumbered(fault, list(inline)) for fault in checked.faults]
    now = looked_at()
    terms = terms_in_force(partner, {draft.currency for draft in drafts}, now)
    quotes, quote_faults = quotes_of(partner, drafts, payees)
    routes, prices, route_faults = plan_routes(partner, drafts, payees, terms, quotes, now)
    faults += quote_faults + route_faults + _taken_references(partner.pk, drafts)
    return CheckedDrafts(payees, checked, routes, prices, faults, now, _rules(partner, now))


def _check_together(partner, drafts, seen, *, apart=False) -> CheckedDrafts:
    limit_faults, limits = check_limits(partner, drafts, now=seen.now, apart=apart)
    faults = seen.faults + limit_faults + ([] if apart else _repeated_references(drafts))
    return replace(seen, limits=limits, faults=sorted(faults, key=_position))


def _still_holds(partner, seen) -> bool:
    now = database_now()
    return now - seen.now <= FRESH and seen.rules == _rules(partner, now)


def _rules(partner, now) -> list:
    """Return the ids of all settings that hold for a platform."""
    found = settings_in_force(now, kinds=KINDS, partners=[partner.pk], currencies=None)
    return sorted(version.pk for version in found)


@dataclass
class Payee:
    """Who is paid and where: rows for a known recipient, a draft until `create_payouts` has made the rows."""

    recipient: Recipient | None = None
    version: RecipientVersion | None = None
    method_version: PayoutMethodVersion | None = None
    draft: recipients.RecipientDraft | None = None

    @property
    def holder_name(self) -> str:
        if self.method_version:
            return self.method_version.holder_name
        return self.draft.method.holder_name or self.draft.name

    @property
    def country(self) -> str:
        """Country of the account."""
        return self.method_version.country if self.method_version else self.draft.method.iban.strip()[:2].upper()

    @property
    def has_account(self) -> bool:
        return self.method_version is not None or (self.draft is not None and self.draft.method is not None)


def _resolve_recipients(partner_id, drafts):
    """Return a payee per draft (empty where there is a fault) and the faults."""
    known = recipients.payees(partner_id, {draft.recipient for draft in drafts if not draft.is_inline})
    payees, faults = [], []
    for position, draft in enumerate(drafts):
        payee = Payee()
        if draft.is_inline:
            payee.draft = draft.recipient
        elif draft.recipient not in known:
            faults.append(Fault(f"/{position}/recipient", "unknown-recipient", "No recipient has this id."))
        else:
            payee.recipient, payee.version, methods = known[draft.recipient]
            payee.method_version = methods.get(draft.method) if draft.method else next(iter(methods.values()), None)
            if payee.recipient.status != "active":
                faults.append(Fault(f"/{position}/recipient", "recipient-retired", "The recipient is retired."))
            elif payee.method_version is None and draft.method:
                faults.append(Fault(f"/{position}/method", "unknown-method", "The recipient has no such method."))
            elif payee.method_version is None:
                faults.append(Fault(f"/{position}/recipient", "no-method", "The recipient has no payout method yet."))
        payees.append(payee)
    return payees, faults


def _renumbered(fault, positions):
    """Turn a fault of the n-th inline recipient into a fault of the payout that brought it."""
    _, number, *rest = fault.pointer.split("/")
    return Fault("/".join(["", str(positions[int(number)]), "recipient", *rest]), fault.code, fault.detail)


def _taken_references(partner_id, drafts):
    sql = "SELECT reference FROM payouts_payout WHERE partner_id = %s AND reference = ANY(%s)"
    taken = {reference for (reference,) in ask(sql, [partner_id, [draft.reference for draft in drafts]])}
    detail = "Another payout of this platform has this reference."
    return [
        Fault(f"/{position}/reference", "duplicate-reference", detail)
        for position, draft in enumerate(drafts)
        if draft.reference in taken
    ]


def _repeated_references(drafts):
    faults, seen = [], {}
    for position, draft in enumerate(drafts):
        if draft.reference in seen:
            detail = f"Item {seen[draft.reference]} has the same reference."
            faults.append(Fault(f"/{position}/reference", "duplicate-reference", detail))
        seen.setdefault(draft.reference, position)
    return faults


def _position(fault):
    return int(fault.pointer.split("/")[1])


def _create_inline(partner_id, payees, checked, by):
    """Make rows of the recipients that came inline, put them into their payees, and return their versions."""
    waiting = [payee for payee in payees if payee.draft]
    if not waiting:
        return []
    drafts = [payee.draft for payee in waiting]
    created = recipients.create_recipients(partner_id, drafts, by=by, checked=checked.inline, now=checked.now)
    for payee, recipient in zip(waiting, created, strict=True):
        payee.recipient, payee.version, payee.method_version = recipient, recipient.version, recipient.method_version
    return [recipient.version for recipient in created]


def _payout(partner, draft, payee, route, price, batch, author, limits):
    remittance = draft.description or draft.reference
    payout = Payout.make(
        reference=draft.reference,
        payee=represent_payee(payee.recipient, payee.version, payee.method_version, route.rail, remittance),
        recipient_id=payee.recipient.pk,
        recipient_version_id=payee.version.pk,
        method_id=payee.method_version.method_id,
        method_version_id=payee.method_version.pk,
        amount=draft.amount,
        currency=draft.currency,
        fee=price.fee,
        fee_paid_by=price.paid_by,
        fee_terms=price.terms,
        quote_id=draft.quote,
        total=price.total,
        net=price.net,
        requested_rail=draft.rail,
        rail=route.rail.name,
        routing=route.considered if limits is None else _with_limits(route.considered, limits),
        execute_on=draft.execute_on,
        cut_off_at=route.plan.cut_off_at,
        description=draft.description,
        metadata=draft.metadata,
    )
    payout.point_at(partner=partner, batch=batch, bank_account=route.bank_account, created_by=author)
    return payout


def _with_limits(considered, limits):
    """Return the rails that were considered, with the limits the payout was judged by beside the one taken."""
    said = represent_setting(limits)
    return [one | {"settings": [*one.get("settings", []), said]} if one["taken"] else one for one in considered]


def _screen(payouts, by, made, now):
    """Screen each recipient version once, those just `made` too, and tell each payout the verdict."""
    verdicts = compliance.screen({p.recipient_version_id for p in payouts}, by=by, made=made, now=now)
    for payout in payouts:
        verdict = verdicts[payout.recipient_version_id]
        payout.screening_id = verdict.screening and verdict.screening.pk
        payout.point_at(review=verdict.review)
        payout.is_barred = verdict.status == "rejected"


def _open_approvals(payouts, payees, makers):
    """
    Open one approval request per payout, about its amount with the parts before it.

    Whoever made it, owns its key or last changed whom it pays does not count. Returns by public id the payouts that each looks
    like, since nobody else who pays these recipients or accounts counts until this ends.
    """
    asked = [(payout, payee) for payout, payee in zip(payouts, payees, strict=True) if not payout.is_barred]
    befores, found, now = _look_back(asked)
    requests = approvals.open_requests(
        [
            approvals.RequestDraft(
                subject=payout.public_id,
                subject_kind="payout",
                partner_id=payout.partner_id,
                digest=payout.digest,
                amount=payout.amount,
                currency=payout.currency,
                excluded={*makers, *_made_by(payee)} - {None},
                amount_before=before.amount,
                parts=before.parts,
            )
            for (payout, payee), before in zip(asked, befores, strict=True)
        ],
        now=now,
    )
    for payout in payouts:
        payout.point_at(approval=requests.get(payout.public_id))
    return found


def _look_back(asked):
    """
    Return what counts before each payout, by public id what it looks like, and the moment at which both were asked.

    Nobody else who pays these recipients or accounts counts until this ends.
    """
    if not asked:
        return [], {}, None
    parts = [
        Part(p.recipient_id, bytes(payee.method_version.account_index), p.currency, p.amount, p.public_id, p.reference)
        for p, payee in asked
    ]
    partner_id = asked[0][0].partner_id
    now = lock_parts(partner_id, parts)
    found = dict(zip((part.public_id for part in parts), alike(partner_id, parts, now), strict=True))
    return count_before(partner_id, parts, now), found, now


def _made_by(payee):
    """Return who said whom it pays and where: the authors of both, and who stands behind a change of account."""
    authors = [payee.version.created_by_id, payee.method_version.created_by_id]
    return authors + (payee.method_version.change.excluded if payee.method_version.number > 1 else [])


def _begin(payouts):
    """Put new payouts into the state of their next gate, with all that they may wait for."""
    for payout in payouts:
        if payout.is_barred:
            payout.begin(State.REJECTED, "compliance", REJECTED_BY_COMPLIANCE)
        else:
            payout.begin(payout.next_gate())
        payout.open_holds, payout.recalls_made = [], []
    Payout.objects.attach_stops(payouts)
    Payout.objects.attach_changes(payouts)


@contextmanager
def _refusing_what_is_taken(payouts):
    """Wait at the end until all that was sent within the block is done, and say in whose words the database refused it."""
    try:
        yield
        settle()
    except IntegrityError as error:
        raise _taken_meanwhile(payouts, error) from error


def _taken_meanwhile(payouts, error):
    """Return the refusal of a reference or quote that another request took at the same moment, or the error itself."""
    taken = positions_taken(error, "payout_reference_unique", [payout.reference for payout in payouts])
    detail = "Another payout has just taken this reference."
    faults = [Fault(f"/{position}/reference", "duplicate-reference", detail) for position in taken]
    taken = positions_taken(error, "payout_quote_unique", [payout.quote_id for payout in payouts])
    faults += [
        Fault(f"/{position}/quote", "quote-used", "Another payout has just taken this quote.") for position in taken
    ]
    return Invalid(errors=faults) if faults else error
