"""
Which scenario each payment meets.

What was asked for about the one payment comes first, then the first rule of the platform's scenario file that matches, then
the recipient's name, then the amount. So the same file and the same requests give the same outcomes, whenever they come.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.statements import rows_where
from apps.payouts.models import Payout
from apps.sandbox.models import Direction, PostedScenarios
from apps.sandbox.outcomes import Wanted, wanted_by_name
from apps.sandbox.scenarios import InstantScenario, Scenario, instant_scenario_for, scenario_for


@dataclass(frozen=True)
class Seen:
    """A payment as the bank sees it. The amount is in minor units."""

    end_to_end_id: str
    amount: int
    creditor_name: str


@dataclass(frozen=True)
class Named:
    """A payment as the platform names it: its own references, and the recipient's id."""

    reference: str = ""
    recipient: str = ""
    recipient_reference: str = ""


class Choice:
    """What a book's bank does with some payments: loaded once, asked for each."""

    def __init__(self, book_id, payments: Sequence[Seen]):
        ids = [payment.end_to_end_id for payment in payments]
        directions = rows_where(Direction, "WHERE book_id = %s AND end_to_end_id = ANY(%s::text[])", [book_id, ids])
        self.directed = {one.end_to_end_id: _wanted(vars(one)) for one in directions}
        posted = rows_where(PostedScenarios, "WHERE book_id = %s ORDER BY number DESC LIMIT 1", [book_id])
        self.rules = posted[0].content["rules"] if posted else []
        self.seed = posted[0].content["seed"] if posted else 0
        self.named = _names_of(ids) if self.rules else {}

    def in_file(self, payment: Seen) -> Scenario:
        for wanted in self._wanted(payment):
            if scenario := wanted.in_file():
                return scenario
        return scenario_for(payment.amount)

    def instant(self, payment: Seen) -> InstantScenario:
        for wanted in self._wanted(payment):
            if scenario := wanted.instant():
                return scenario
        return instant_scenario_for(payment.amount)

    def _wanted(self, payment):
        """Yield what was asked for, the nearest first; what the payment's rail cannot do is passed over."""
        if payment.end_to_end_id in self.directed:
            yield self.directed[payment.end_to_end_id]
        named = self.named.get(payment.end_to_end_id, Named())
        for number, rule in enumerate(self.rules):
            if self._matches(rule, number, payment, named):
                yield _wanted(rule)
        if wanted := wanted_by_name(payment.creditor_name):
            yield wanted

    def _matches(self, rule, number, payment, named) -> bool:
        recipients = (named.recipient, named.recipient_reference)
        return (
            (not rule["reference"] or rule["reference"] == named.reference)
            and (not rule["reference_prefix"] or named.reference.startswith(rule["reference_prefix"]))
            and (not rule["recipient"] or rule["recipient"] in recipients)
            and (rule["amount_from"] is None or payment.amount >= rule["amount_from"])
            and (rule["amount_to"] is None or payment.amount <= rule["amount_to"])
            and (rule["per_thousand"] is None or self._lot(number, payment, named) < rule["per_thousand"])
        )

    def _lot(self, number, payment, named) -> int:
        """Return a number below 1,000 that the seed, the rule and the platform's own reference decide, and nothing else."""
        text = f"{self.seed}\0{number}\0{named.reference or payment.end_to_end_id}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % 1000


def recall_answer(book_id, end_to_end_id: str) -> str:
    """Return what the bank was asked to answer to a recall of the payment; empty where nothing was."""
    direction = Direction.objects.filter(book=book_id, end_to_end_id=end_to_end_id).first()
    if direction is None or not direction.outcome.startswith("recall_"):
        return ""
    return _wanted(vars(direction)).instant().recall


def _wanted(row: dict) -> Wanted:
    return Wanted(row["outcome"], row["reason"], row["banking_days"])


def _names_of(end_to_end_ids) -> dict[str, Named]:
    """
    Return how the platform names payments.

    No bank knows these names. The sandbox's is told by the platform in the platform's own words, and has to understand them.
    """
    payouts = Payout.objects.filter(end_to_end_id__any_of=end_to_end_ids).select_related("recipient")
    return {
        payout.end_to_end_id: Named(payout.reference, payout.recipient.public_id, payout.recipient.reference or "")
        for payout in payouts.only("end_to_end_id", "reference", "recipient__id", "recipient__reference")
    }
