"""
What a status report says about each payment of a file.

A bank may speak about the whole file, about the payment block in it, about single payments, or about all three. The
nearer word wins: payment before block before file.
"""

from collections.abc import Iterable

SETTLED = ("ACSC", "ACCC")
"""Codes of status reports which say that the money has left (ExternalPaymentTransactionStatus1Code)."""


class Answers:
    """The items of one report, ready to be asked about one payment. Items are rows or plain `contract.ReportItem`."""

    def __init__(self, items: Iterable):
        self.whole = None
        self.by_instruction, self.by_end_to_end = {}, {}
        for item in items:
            if item.level == "transaction":
                if item.instruction_id:
                    self.by_instruction[item.instruction_id] = item
                if item.end_to_end_id:
                    self.by_end_to_end[item.end_to_end_id] = item
            elif item.outcome and (self.whole is None or item.level == "payment"):
                self.whole = item

    def named(self, instruction_id: str, end_to_end_id: str):
        """
        Return the item that names this payment, or None.

        The instruction id decides, because the end-to-end id is the same in every attempt. A bank that repeats another
        instruction id speaks about another attempt.
        """
        item = self.by_instruction.get(instruction_id)
        if item is None:
            item = self.by_end_to_end.get(end_to_end_id)
            if item is not None and item.instruction_id:
                return None
        return item

    def of(self, instruction_id: str, end_to_end_id: str):
        """Return the item that holds for this payment: the one that names it, else the one about the whole, or None."""
        item = self.named(instruction_id, end_to_end_id)
        return item if item is not None else self.whole

    def outcome(self, instruction_id: str, end_to_end_id: str) -> str:
        """
        Return what became of this payment: accepted, refused, doubtful, pending, or empty if nothing was said.

        In a partly accepted file whose report names the refused payments, those that are not named are accepted.
        """
        named = self.named(instruction_id, end_to_end_id)
        if named is not None and named.outcome:
            return named.outcome
        whole = self.whole.outcome if self.whole else ""
        if whole == "partly":
            names_refusals = any(item.outcome in ("refused", "doubtful") for item in self._named_items())
            return "accepted" if names_refusals and named is None else ""
        return whole

    def state_of_file(self, transactions: int) -> str:
        """
        Return the state that a file of so many payments is in by this report alone, or empty if it does not say.

        A file counts as rejected if the bank says so of the whole or of every payment in it.
        """
        outcomes = [item.outcome for item in self._named_items()]
        whole = self.whole.outcome if self.whole else ""
        refused = outcomes.count("refused")
        if (whole == "refused" and not outcomes.count("accepted")) or refused == transactions:
            return "rejected"
        if whole in ("refused", "partly") or refused or "doubtful" in outcomes:
            return "partly_accepted"
        if whole == "accepted" or outcomes.count("accepted") == transactions:
            return "accepted"
        return ""

    def _named_items(self):
        named = {id(item): item for item in (*self.by_instruction.values(), *self.by_end_to_end.values())}
        return named.values()
