"""
What takes two people: matching a part that nothing proves, and undoing a match.

One proposes it, and sees what would follow; a second one confirms, and it happens then, if nothing changed between.
"""

import hashlib
import json
from dataclasses import replace

from django.db import transaction
from django.db.models import Q

from apps.core.database import database_now
from apps.core.errors import DomainError, Fault, NotFound, PermissionDenied
from apps.core.ids import encode
from apps.core.permissions import require_permission
from apps.events import operations as events
from apps.events.models import Event
from apps.payouts.models import Payout
from apps.reconciliation.alike import MOST_TOGETHER, TOGETHER
from apps.reconciliation.effects import Effects, undo_consequences
from apps.reconciliation.errors import CannotDecideProposal, CannotMatch, CannotUndo
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import LinePart, Match, Proposal, Share, StatementLine
from apps.reconciliation.operations import people, shares, undoing
from apps.reconciliation.operations.people import Choice
from apps.reconciliation.representation import proposal_facts


@transaction.atomic
def propose_match(line_id, choice: Choice, *, by, reason: str) -> Proposal:
    """
    Say what a line, or a part of it, is, and why; a second person confirms it.

    Amount, currency, account and direction must fit all the same; people decide what nobody wrote down.

    :raises PermissionDenied: if `by` may not match lines.
    :raises NotFound: if there is no such line, or nothing with the id chosen.
    :raises CannotMatch: if it is matched already, its day is closed, it does not fit, somebody has proposed what it is,
        or no reason is given.
    """
    _require_person(by, "reconciliation.match_line")
    _require_reason(reason, CannotMatch, "Say why, so that a second person can judge it.")
    line = people.lock_line(line_id)
    part = people.open_part(line, choice)
    finds = people.find(line, part, choice)
    return _propose(
        line,
        part,
        kind=choice.kind,
        target=choice.target,
        reason=reason,
        shown={"moves": _words(Effects(line, part, [choice]).of(choice)), "consequences": []},
        basis=_basis(finds),
        by=by,
    )


@transaction.atomic
def propose_matches(line_ids, kind, target, *, by, reason: str) -> list[Proposal]:
    """
    Say of lines that look alike what they all are, all of them or none; see `propose_match`.

    :raises PermissionDenied, NotFound, CannotMatch: as `propose_match` does; also if they are too many, of several bank
        accounts, or something that is looked at one by one.
    """
    _require_person(by, "reconciliation.match_line")
    ids = _together(StatementLine.objects.filter(pk__in=set(line_ids)), "bank_account", {kind}, CannotMatch)
    return [propose_match(pk, Choice(kind, target, None), by=by, reason=reason) for pk in ids]


@transaction.atomic
def propose_split(line_id, choices, *, by, reason: str) -> Proposal:
    """
    Say of a line, or a part of it, that it is several things, and why; a second person confirms it as a whole.

    Each choice is of the same part. A payout, a batch, a return or a conflict counts with its own amount, a fee and funding
    with the amount of the choice.

    :raises PermissionDenied: if `by` may not match lines.
    :raises NotFound: if there is no such line, or nothing with an id chosen.
    :raises CannotMatch: as `propose_match` does; also if something is named twice, or the sum is not exactly the part.
    """
    _require_person(by, "reconciliation.match_line")
    _require_reason(reason, CannotMatch, "Say why, so that a second person can judge it.")
    line = people.lock_line(line_id)
    part = people.open_part(line, choices[0] if choices else Choice(""))
    named = shares.split_finds(line, part, choices, people.BY_A_PERSON)
    priced = [replace(choice, amount=sum(find.amount for find in finds)) for choice, finds in named]
    return _propose(
        line,
        part,
        shape=Proposal.Shape.SPLIT,
        kind=priced[0].kind,
        reason=reason,
        shown={"moves": _words(Effects(line, part, priced).of_all(priced)), "consequences": []},
        basis=_basis([find for _, finds in named for find in finds]),
        by=by,
        shares=[Share(part=part, kind=choice.kind, target=choice.target, amount=choice.amount) for choice in priced],
    )


@transaction.atomic
def propose_group(members, choice: Choice, *, by, reason: str) -> Proposal:
    """
    Say of several lines, or parts of them, that they are one thing together, and why; a second person confirms it.

    `members` are (id of a line, number of its part or None). They are of one bank account, currency and direction.

    :raises PermissionDenied: if `by` may not match lines.
    :raises NotFound: if there is no such line, or nothing with the id chosen.
    :raises CannotMatch: as `propose_match` does of each line; also if they do not belong together, or their sum is not
        exactly what is expected.
    """
    _require_person(by, "reconciliation.match_line")
    _require_reason(reason, CannotMatch, "Say why, so that a second person can judge it.")
    ids = sorted({line_id for line_id, _ in members})
    if StatementLine.objects.filter(pk__in=ids).order_by().values("bank_account").distinct().count() > 1:
        raise CannotMatch("Lines belong together only on one bank account.", code="does-not-fit")  # one lock, no circle
    lines = {line_id: people.lock_line(line_id) for line_id in ids}
    parts = [
        (lines[line_id], people.open_part(lines[line_id], replace(choice, part=number))) for line_id, number in members
    ]
    parts.sort(key=lambda member: (member[0].booked_on, member[0].position, member[1].number))
    finds = shares.group_finds(parts, choice, people.BY_A_PERSON)
    (line, part), total = parts[0], sum(part.amount for _, part in parts)
    whole = replace(choice, amount=total)
    return _propose(
        line,
        part,
        shape=Proposal.Shape.GROUP,
        kind=choice.kind,
        target=choice.target,
        amount=total,
        reason=reason,
        shown={"moves": _words(Effects(line, part, [whole]).of(whole)), "consequences": []},
        basis=_basis(finds),
        by=by,
        shares=[Share(part=part, kind=choice.kind, target=choice.target, amount=part.amount) for _, part in parts],
    )


@transaction.atomic
def propose_undo(match_id, *, by, reason: str) -> Proposal:
    """
    Ask that a match be taken back, and say why; the matches of a batch, a split or a group are undone together.

    :raises PermissionDenied: if `by` may not undo matches.
    :raises NotFound: if there is no such match.
    :raises CannotUndo: if it was undone before, its day is closed, what followed from it must be undone first, the
        money was used meanwhile, somebody has proposed it, or no reason is given.
    """
    _require_person(by, "reconciliation.undo_match")
    _require_reason(reason, CannotUndo, "Say why the match is undone.")
    matches = undoing.lock_to_undo(match_id)
    first = matches[0]
    for part in LinePart.objects.filter(matches__in=matches).distinct():
        people.require_nothing_proposed(part, CannotUndo)
    consequences = undo_consequences(first)
    if refused := [text for text, is_refused in consequences if is_refused]:
        raise CannotUndo(" ".join(refused))
    choices = choices_of(first)
    return _propose(
        first.line,
        first.part,
        undoes=first,
        kind=first.kind,
        target=first.target,
        reason=reason,
        shown={
            "moves": _words(Effects(first.line, first.part, choices).of_undoing_all(choices)),
            "consequences": [text for text, _ in consequences],
        },
        basis=_basis_of_undo(matches),
        by=by,
    )


@transaction.atomic
def confirm_proposal(proposal_id, *, by) -> Proposal:
    """
    Agree, as the second person, with what was proposed, and let it happen.

    :raises PermissionDenied: if `by` may not confirm proposals; what is written off has a permission of its own.
    :raises NotFound: if there is no such proposal.
    :raises CannotDecideProposal: if it is decided already, is `by`'s own, or what it rests on changed since.
    :raises CannotMatch, CannotUndo: if it cannot be done any more.
    """
    _require_person(by, _confirmed_with(proposal_id))
    proposal = _lock_open(proposal_id)
    if set(by.people_behind) & set(proposal.proposed_by.people_behind):
        raise CannotDecideProposal("Another person confirms what you have proposed.", code="own-proposal")
    effect = _undo if proposal.undoes_id else _match
    effect(proposal, by=by)
    _tell("proposal.confirmed", proposal, by=by)
    return proposal


@transaction.atomic
def confirm_proposals(proposal_ids, *, by) -> list[Proposal]:
    """
    Agree, as the second person, with proposals about lines that look alike, all of them or none; see `confirm_proposal`.

    :raises PermissionDenied, NotFound, CannotDecideProposal, CannotMatch: as `confirm_proposal` does; also if they are too
        many, of several bank accounts, or something that is looked at one by one.
    """
    _require_person(by, "reconciliation.confirm_proposal")
    rows = Proposal.objects.filter(pk__in=set(proposal_ids))
    found = rows.order_by().values_list("kind", "undoes", "shape")
    kinds = {Kind.SUSPENSE if undoes or shape != Proposal.Shape.ONE else kind for kind, undoes, shape in found}
    ids = _together(rows, "line__bank_account", kinds, CannotDecideProposal)
    return [confirm_proposal(pk, by=by) for pk in ids]


def _together(rows, bank_account, kinds, refusal) -> list:
    """Return the ids of what is decided together, in order, if it may be."""
    found = list(rows.order_by("pk").values_list("pk", bank_account))
    if not found or len(found) > MOST_TOGETHER:
        raise refusal(f"Choose between one and {MOST_TOGETHER} that look alike.", code="not-together")
    if len({account for _, account in found}) > 1 or not kinds <= set(TOGETHER):
        raise refusal("These are looked at one by one.", code="not-together")
    return [pk for pk, _ in found]


@transaction.atomic
def refuse_proposal(proposal_id, *, by, reason: str) -> Proposal:
    """
    Disagree with what was proposed, or take one's own proposal back; nothing else changes.

    :raises PermissionDenied: if `by` neither made it nor may confirm proposals.
    :raises NotFound: if there is no such proposal.
    :raises CannotDecideProposal: if it is decided already, or no reason is given.
    """
    _require_reason(reason, CannotDecideProposal, "Say why not.")
    made_it = Proposal.objects.filter(pk=proposal_id, proposed_by__in=by.people_behind).exists()
    takes_back = made_it and by.has_perm("reconciliation.match_line")
    _require_person(by, "reconciliation.match_line" if takes_back else _confirmed_with(proposal_id))
    proposal = _lock_open(proposal_id)
    _decide(proposal, Proposal.Status.REFUSED, by, reason=reason)
    _tell("proposal.refused", proposal, by=by)
    return proposal


def _require_person(by, permission):
    require_permission(by, permission)
    if not by.people_behind:
        raise PermissionDenied("Two people decide this, and no program.", permission=permission)


def _confirmed_with(proposal_id) -> str:
    """Return the permission that confirms a proposal; what it is never changes."""
    return (Proposal.objects.filter(pk=proposal_id).first() or Proposal()).confirmed_with


def _require_reason(reason, refusal, otherwise):
    if not reason.strip():
        raise refusal(otherwise, errors=[Fault("/reason", "blank", otherwise)])


def choices_of(match) -> list[Choice]:
    """Return what a live match says its part is, with all that was matched together with it."""
    said = match.proposal
    if said is None or said.shape == Proposal.Shape.ONE:
        return [Choice(match.kind, match.target, match.part.number)]
    if said.shape == Proposal.Shape.GROUP:
        return [Choice(said.kind, said.target, None, said.amount)]
    return [Choice(share.kind, share.target, None, share.amount) for share in said.shares.all()]


def _propose(line, part, *, reason, by, shares=(), **what) -> Proposal:
    what = {"amount": part.amount, "reason": " ".join(reason.split())[:400], **what}
    proposal = Proposal.objects.create(line=line, part=part, proposed_by=by, **what)
    for share in shares:
        share.proposal = proposal
    Share.objects.bulk_create(shares)
    _tell("proposal.made", proposal, by=by)
    return proposal


def _lock_open(proposal_id) -> Proposal:
    """Lock the bank account of the proposal's line, as all who match do, then the proposal."""
    line_id = Proposal.objects.filter(pk=proposal_id).values_list("line_id", flat=True).first()
    if line_id is None:
        raise NotFound("There is no such proposal.")
    line = people.lock_line(line_id)
    [proposal] = Proposal.objects.lock([proposal_id])
    proposal.line = line
    if not proposal.is_open:
        who = f" by {proposal.decided_by}" if proposal.decided_by else ""
        raise CannotDecideProposal(
            f"{proposal.get_status_display()}{who} at {proposal.decided_at:%Y-%m-%d %H:%M} UTC.", code="decided-already"
        )
    return proposal


def _match(proposal, *, by):
    line, evidence = proposal.line, f"Two people decided: {proposal.reason}"[:200]
    members = _members(proposal)
    try:
        finds = _finds(proposal, members, evidence)
    except DomainError as refusal:
        raise _changed(proposal, refusal.detail) from refusal
    for member, _ in members:
        people.require_open_day(member, CannotMatch)
    if _basis(finds) != proposal.basis:
        raise _changed(proposal)
    _decide(proposal, Proposal.Status.CONFIRMED, by)
    if proposal.shape != Proposal.Shape.ONE:
        finds = shares.spread(members, finds)
    people.record(line, finds, by=by, proposal=proposal)


def _members(proposal) -> list:
    """Return the parts that a proposal matches, as (line, part) in the order of their days; its line is locked."""
    if proposal.shape != Proposal.Shape.GROUP:
        return [(proposal.line, proposal.part)]
    parts = LinePart.objects.filter(shares__proposal=proposal).select_related("line")
    for part in parts:
        part.line.bank_account = proposal.line.bank_account
    return sorted(
        ((part.line, part) for part in parts),
        key=lambda member: (member[0].booked_on, member[0].position, member[1].number),
    )


def _finds(proposal, members, evidence) -> list:
    """Find again what a proposal says, as it is now, one find for each thing that it names."""
    line, part = members[0]
    if proposal.shape == Proposal.Shape.ONE:
        return people.find(line, part, Choice(proposal.kind, proposal.target, part.number), evidence)
    if proposal.shape == Proposal.Shape.GROUP:
        return shares.group_finds(members, Choice(proposal.kind, proposal.target), evidence)
    choices = [Choice(share.kind, share.target, part.number, share.amount) for share in proposal.shares.all()]
    named = shares.split_finds(line, part, choices, evidence)
    return [find for _, finds in named for find in finds]


def _undo(proposal, *, by):
    matches = undoing.lock_to_undo(proposal.undoes_id)
    if _basis_of_undo(matches) != proposal.basis:
        raise _changed(proposal)
    _decide(proposal, Proposal.Status.CONFIRMED, by)
    undoing.take_back(matches, proposal.reason, by=by)


def _decide(proposal, status, by, reason=""):
    proposal.status, proposal.decided_by, proposal.decided_at = status, by, database_now()
    proposal.decided_reason = reason.strip()[:400]
    proposal.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])


def _basis(finds) -> str:
    """Return the digest of what a match rests on: the payouts, and which debit of each is expected or was charged."""
    about = sorted([str(found.expectation), str(found.conflict)] for found in finds)
    return _digest([found.payout for found in finds], about)


def _basis_of_undo(matches) -> str:
    return _digest([match.payout_id for match in matches], [str(match.pk) for match in matches])


def _digest(payout_ids, about) -> str:
    """Lock the payouts that something is about; return the digest of their states, and of what else it is about."""
    rows = Payout.objects.filter(pk__any_of=set(payout_ids) - {None}).order_by("pk").select_for_update(no_key=True)
    states = [[str(pk), status] for pk, status in rows.values_list("pk", "status")]
    return hashlib.sha256(json.dumps([states, about]).encode()).hexdigest()


def _changed(proposal, detail="") -> CannotDecideProposal:
    """Return the refusal of what rests on something that changed since, naming who changed it and when."""
    if proposal.undoes_id:
        together = Match.objects.ending_with(proposal.undoes)
        about = Payout.objects.filter(matches__in=together)
    else:
        targets = [proposal.target, *proposal.shares.values_list("target", flat=True)]
        about = Payout.objects.filter(Q(pk__in=targets) | Q(expectations__file__in=targets))
    names = [encode(Payout.id_prefix, pk) for pk in about.order_by().distinct().values_list("pk", flat=True)]
    last = Event.objects.filter(subject__any_of=names, created_at__gte=proposal.proposed_at).order_by("-id").first()
    what = f"Changed by {last.actor_label} at {last.created_at:%Y-%m-%d %H:%M} UTC" if last else "Changed since"
    what += f": {detail}" if detail else f" ({last.subject}: {last.type})." if last else "."
    return CannotDecideProposal(f"{what} Refuse this proposal, look again, and propose anew.", code="changed-since")


def _words(moves) -> list[dict]:
    """Return what changes in the books as it is kept with a proposal."""
    return [
        {"kind": move.account.kind, "holder_name": move.holder_name, "before": move.before, "after": move.after}
        for move in moves
    ]


def _tell(event_type, proposal, *, by):
    events.record(event_type, proposal_facts(proposal), by=by)
