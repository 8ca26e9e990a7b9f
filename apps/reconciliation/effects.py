"""What matching a line would do to the books, and what undoing a match would take back. Shown before it is done."""

from dataclasses import dataclass, field, replace

from django.db.models import Q, Sum

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.ledger.models import Account
from apps.ledger.posting import AccountKey
from apps.partners.models import Partner
from apps.payouts.models import Conflict, Payout
from apps.payouts.postings import bears
from apps.payouts.states import State
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Expectation, Match, StatementLine

NAMED = 5
"""So many payouts are named where something keeps a match from being undone."""


@dataclass(frozen=True)
class Move:
    """One account whose balance a match changes, as it is and as it would be then."""

    account: AccountKey
    holder_name: str
    before: int
    change: int

    @property
    def after(self) -> int:
        return self.before + self.change


class Effects:
    """
    The effects of all that one part of a line might be.

    Balances and names are read once for all choices, so their number costs nothing. A choice without an amount is the part.
    """

    def __init__(self, line, part, choices):
        self.line, self.part = line, part
        payouts = [choice.target for choice in choices if choice.kind in (Kind.PAYOUT, Kind.RETURN)]
        self._payouts = Payout.objects.select_related("partner").in_bulk(payouts)
        self._fees_of_files = _fees_of_files([choice.target for choice in choices if choice.kind == Kind.BATCH])
        funded = {choice.target for choice in choices if choice.kind == Kind.FUNDING}
        self._partners = Partner.objects.in_bulk(funded)
        disputed = {choice.target for choice in choices if choice.kind in (Kind.EXTRA, Kind.REPAID)}
        self._conflicts = Conflict.objects.select_related("payout__partner").in_bulk(disputed) if disputed else {}
        people = [
            *(conflict.payout.partner for conflict in self._conflicts.values()),
            *(payout.partner for payout in self._payouts.values()),
            *self._partners.values(),
        ]
        self._names = {partner.public_id: partner.name for partner in people}
        self._names[line.bank_account.public_id] = line.bank_account.name
        holders = {"", *self._names}
        accounts = Account.objects.filter(holder__in=holders, currency=line.currency)
        self._balances = {(account.kind, account.holder): account.available for account in accounts}

    def of(self, choice) -> list[Move]:
        """Return the accounts that change if the part is matched so: it leaves suspense for where it belongs."""
        return self._moves(choice, Expectation.State.OPEN)

    def of_undoing(self, choice) -> list[Move]:
        """Return the accounts that change if a match of the part as this is undone: it goes back into suspense."""
        return [replace(move, change=-move.change) for move in self._moves(choice, Expectation.State.MET)]

    def of_all(self, choices) -> list[Move]:
        """Return the accounts that change if the part is matched as all of these, each with its amount."""
        return _added_up(move for choice in choices for move in self.of(choice))

    def of_undoing_all(self, choices) -> list[Move]:
        """Return the accounts that change if matches as all of these are undone together."""
        return _added_up(move for choice in choices for move in self.of_undoing(choice))

    def _moves(self, choice, expected):
        amount = choice.amount or self.part.amount
        inward = self.line.sign == StatementLine.CREDIT
        if choice.kind == Kind.REPAID:
            key = bears(self._conflicts[choice.target])
            return [
                self._move("suspense", "", -amount),
                self._move(key.kind, key.holder, amount if key.holder else -amount),
            ]
        kind, holder, change = {
            Kind.PAYOUT: ("clearing", self.line.bank_account.public_id, -amount),
            Kind.BATCH: ("clearing", self.line.bank_account.public_id, -amount),
            Kind.EXTRA: ("clearing", self.line.bank_account.public_id, -amount),
            Kind.RETURN: ("funds", self._payer(choice), amount + self._given_back(choice)),
            Kind.FUNDING: ("funds", self._holder(self._partners, choice), amount),
            Kind.FEE: ("rail_fee", "", -amount if inward else amount),
            Kind.WRITE_OFF: ("ops_gain" if inward else "ops_loss", "", amount),
        }[Kind(choice.kind)]
        moves = [self._move("suspense", "", -amount if inward else amount), self._move(kind, holder, change)]
        return moves + self._fee_moves(choice, expected)

    def _fee_moves(self, choice, expected):
        """Return what becomes of fees: earned by a debit, given back with a return if their terms say so."""
        if fee := self._given_back(choice):
            return [self._move("fee_income", "", -fee)]
        fee = 0
        if choice.kind == Kind.PAYOUT and choice.target in self._payouts:
            fee = self._payouts[choice.target].fee
        elif choice.kind == Kind.BATCH:
            fee = self._fees_of_files.get((choice.target, expected), 0)
        pending = self.line.bank_account.public_id
        return [self._move("fee_pending", pending, -fee), self._move("fee_income", "", fee)] if fee else []

    def _given_back(self, choice) -> int:
        payout = self._payouts.get(choice.target) if choice.kind == Kind.RETURN else None
        return payout.fee if payout and payout.is_fee_given_back else 0

    def _payer(self, choice) -> str:
        payout = self._payouts.get(choice.target)
        return payout.partner.public_id if payout else ""

    def _holder(self, partners, choice):
        partner = partners.get(choice.target)
        return partner.public_id if partner else ""

    def _move(self, kind, holder, change):
        key = AccountKey(kind, holder, self.line.currency)
        return Move(key, self._names.get(holder, ""), self._balances.get((kind, holder), 0), change)


def _added_up(moves) -> list[Move]:
    """Return one move for each account, without those that change nothing."""
    found = {}
    for move in moves:
        known = found.get(move.account)
        found[move.account] = replace(known, change=known.change + move.change) if known else move
    return [move for move in found.values() if move.change]


def _fees_of_files(files) -> dict:
    """Return the fees of the payments of files, by (file, state of the expectation)."""
    if not files:
        return {}
    rows = Expectation.objects.filter(file__in=files).order_by().values_list("file", "state")
    return {(file, state): int(fees) for file, state, fees in rows.annotate(fees=Sum("payout__fee"))}


def target_id(choice) -> str:
    """Return the public id of what a choice names, or an empty text."""
    prefix = {
        Kind.BATCH: "fil",
        Kind.FUNDING: "ptn",
        Kind.FEE: "",
        Kind.WRITE_OFF: "",
        Kind.EXTRA: "cfl",
        Kind.REPAID: "cfl",
    }.get(Kind(choice.kind), "po")
    return encode(prefix, choice.target) if prefix else ""


@dataclass
class Ending:
    """
    Live matches that end together: those of one batch, split or group, or a single one.

    `settled` are the payouts that they prove to be paid, with the state of each; `others` are the matches that prove
    something else, with what their consequences need. So a batch of thousands costs little more than a single match.
    """

    kinds: set = field(default_factory=set)
    count: int = 0
    lines: set = field(default_factory=set)
    settled: dict = field(default_factory=dict)
    others: list = field(default_factory=list)


def decision_of(match):
    """Return what tells matches that end together from others: the proposal that made them, or their part."""
    return match.proposal_id or match.part_id


def endings_of(matches) -> dict:
    """Return what ends together with each of these live matches, by decision."""
    parts, proposals = ({getattr(match, name) for match in matches} - {None} for name in ("part_id", "proposal_id"))
    rows = Match.objects.filter(Q(part__in=parts) | Q(proposal__in=proposals), undone_at=None).order_by("pk")
    proving, found = rows.filter(kind__in=[Kind.PAYOUT, Kind.BATCH]), {}
    columns = ("proposal", "part", "kind", "line", "payout", "payout__status")
    for proposal, part, kind, line, payout, status in proving.values_list(*columns):
        ending = _counted(found.setdefault(proposal or part, Ending()), kind, line)
        ending.settled[payout] = status
    others = rows.exclude(kind__in=[Kind.PAYOUT, Kind.BATCH, Kind.SUSPENSE])
    for match in others.select_related("line", "payout__partner", "partner", "conflict"):
        _counted(found.setdefault(decision_of(match), Ending()), match.kind, match.line_id).others.append(match)
    return found


def _counted(ending, kind, line) -> Ending:
    ending.kinds.add(kind)
    ending.lines.add(line)
    ending.count += 1
    return ending


def consequences(ending: Ending, balances: dict) -> list[tuple[str, bool]]:
    """
    Return what undoing matches together brings about, in sentences; those marked True say that it will be refused.

    `balances` are the funds of partners by public id, as they are now.
    """
    found = list(_unpaid(ending))
    returned = {match.payout for match in ending.others if match.kind == Kind.RETURN}
    for payout in sorted(returned, key=lambda payout: payout.pk):
        state = State(payout.returned_from).label if payout.returned_from else "its former state"
        which = payout.public_id if len(returned) > 1 else "The payout"
        found.append((f"{which} goes back from Returned to {state}, and its platform is told.", False))
    found += _taken_back(ending.others, balances)
    if Kind.EXTRA in ending.kinds:
        found.append(("The debit that was charged waits for another line.", False))
    if Kind.FEE in ending.kinds:
        found.append(("It no longer counts as a fee of the bank.", False))
    if Kind.WRITE_OFF in ending.kinds:
        found.append(("It is no longer written off: the house has neither the loss nor the gain.", False))
    waits = f"all {len(ending.lines)} lines wait" if len(ending.lines) > 1 else "the line waits"
    found.append((f"Its journals are reversed to the cent, and {waits} in suspense again.", False))
    if ending.kinds - {Kind.FEE, Kind.WRITE_OFF}:
        found.append(("No rule will propose the same pair again; a person still may.", False))
    return found


def undo_consequences(match) -> list[tuple[str, bool]]:
    """Return what undoing a match brings about, with all that ends with it and the balances of this moment."""
    ending = endings_of([match])[decision_of(match)]
    return consequences(ending, balances_of([ending]))


def balances_of(endings) -> dict:
    """Return the funds of the partners whose balances matches changed, which are of one currency, by public id."""
    others = [match for ending in endings for match in ending.others if match.partner_id or match.payout_id]
    holders = {(match.partner or match.payout.partner).public_id for match in others}
    if not holders:
        return {}
    funds = Account.objects.filter(kind="funds", currency=others[0].line.currency, holder__in=holders)
    return dict(funds.values_list("holder", "available"))


def _unpaid(ending):
    count, back = len(ending.settled), [pk for pk, status in ending.settled.items() if status == State.RETURNED]
    if returned := [encode(Payout.id_prefix, pk) for pk in sorted(back)[:NAMED]]:
        yield f"{', '.join(returned)} came back since: undo the match of its return first.", True
    elif count > 1:
        of_batch = " of the batch" if Kind.BATCH in ending.kinds else ""
        yield f"All {count} payouts{of_batch} go back from Paid to Sent, and their platforms are told.", False
    elif count:
        yield "The payout goes back from Paid to Sent, and its platform is told.", False


def _taken_back(matches, balances):
    """Yield what platforms lose: money that came for them, or came back to them, and fees given back with it."""
    taken, with_fee = {}, set()
    for match in matches:
        to_funds = match.kind == Kind.REPAID and match.conflict.charged_to == Conflict.Charged.FUNDS
        if match.kind not in (Kind.RETURN, Kind.FUNDING) and not to_funds:
            continue
        partner = match.partner or match.payout.partner
        taken[partner] = taken.get(partner, 0) + match.amount
        if match.kind == Kind.RETURN and match.payout.is_fee_given_back and match.payout_id not in with_fee:
            with_fee.add(match.payout_id)
            taken[partner] += match.payout.fee
    for partner, amount in taken.items():
        currency, available = matches[0].line.currency, balances.get(partner.public_id, 0)
        shown = [format_amount(units, currency) for units in (amount, available)]
        yield f"{partner.name} loses {shown[0]} {currency} of its balance, which is {shown[1]} {currency} now.", False
        if available < amount:
            yield "The money was used meanwhile, so this is refused until the balance covers it.", True
