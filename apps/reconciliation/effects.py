"""What matching a line would do to the books, and what undoing a match would take back. Shown before it is done."""

from dataclasses import dataclass, replace

from django.db.models import Sum

from apps.core.ids import encode
from apps.core.money import format_amount
from apps.ledger.models import Account
from apps.ledger.posting import AccountKey
from apps.partners.models import Partner
from apps.payouts.models import Conflict, Payout
from apps.payouts.postings import bears
from apps.payouts.states import State
from apps.reconciliation.kinds import Kind
from apps.reconciliation.models import Expectation, StatementLine

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

    Balances and names are read once for all choices, so their number costs nothing.
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

    def _moves(self, choice, expected):
        amount = self.part.amount
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


def consequences(match, matches_of_part: int, balances: dict) -> list[tuple[str, bool]]:
    """
    Return what undoing a match brings about, in sentences; those marked True say that it will be refused.

    `balances` are the funds of partners by public id, as they are now.
    """
    found = []
    if match.kind in (Kind.PAYOUT, Kind.BATCH):
        found += _unpaid(match, matches_of_part)
    elif match.kind == Kind.RETURN:
        state = State(match.payout.returned_from).label if match.payout.returned_from else "its former state"
        found.append((f"The payout goes back from Returned to {state}, and its platform is told.", False))
        found += _taken_from(match, match.payout.partner, balances)
    elif match.kind == Kind.FUNDING:
        found += _taken_from(match, match.partner, balances)
    elif match.kind == Kind.EXTRA:
        found.append(("The debit that was charged waits for another line.", False))
    elif match.kind == Kind.REPAID and match.conflict.charged_to == Conflict.Charged.FUNDS:
        found += _taken_from(match, match.payout.partner, balances)
    elif match.kind == Kind.FEE:
        found.append(("It no longer counts as a fee of the bank.", False))
    elif match.kind == Kind.WRITE_OFF:
        found.append(("It is no longer written off: the house has neither the loss nor the gain.", False))
    found.append(("Its journals are reversed to the cent, and the line waits in suspense again.", False))
    if match.kind not in (Kind.FEE, Kind.WRITE_OFF):
        found.append(("No rule will propose the same pair again; a person still may.", False))
    return found


def undo_consequences(match, matches_of_part: int) -> list[tuple[str, bool]]:
    """Return what undoing a match brings about, as `consequences` does, with the balances of this moment."""
    partner = match.partner or (match.payout and match.payout.partner)
    funds = Account.objects.filter(kind="funds", currency=match.line.currency, holder=partner and partner.public_id)
    return consequences(match, matches_of_part, dict(funds.values_list("holder", "available")))


def _unpaid(match, count):
    of_part = Payout.objects.filter(matches__part=match.part_id, matches__undone_at=None, status=State.RETURNED)
    proved = [match.payout] if count == 1 else of_part.order_by("pk")[:NAMED]
    if returned := [payout.public_id for payout in proved if payout.status == State.RETURNED]:
        return [(f"{', '.join(returned)} came back since: undo the match of its return first.", True)]
    if count > 1:
        return [(f"All {count} payouts of the batch go back from Paid to Sent, and their platforms are told.", False)]
    return [("The payout goes back from Paid to Sent, and its platform is told.", False)]


def _taken_from(match, partner, balances):
    currency, taken = match.line.currency, match.amount
    if match.kind == Kind.RETURN and match.payout.is_fee_given_back:
        taken += match.payout.fee
    amount, available = (format_amount(units, currency) for units in (taken, balances.get(partner.public_id, 0)))
    yield f"{partner.name} loses {amount} {currency} of its balance, which is {available} {currency} now.", False
    if balances.get(partner.public_id, 0) < taken:
        yield "The money was used meanwhile, so this is refused until the balance covers it.", True
