"""
The chart of accounts: every kind of account the portal keeps, in plain words.

The table drives the CHECK constraint on `ledger_account`, the accounts that a posting opens, the admin and
`docs/ledger.md`. A new kind is one row here and a migration of that constraint.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountKind:
    """
    One kind of account.

    `holder` says whose it is: one account per partner, per bank account of ours, or one for the whole house.
    `normal` is the side that makes the balance grow. `never_negative` kinds refuse to go below zero.
    """

    name: str
    holder: str
    normal: str
    never_negative: bool
    meaning: str

    @property
    def min_available(self) -> int | None:
        return 0 if self.never_negative else None


PARTNER, BANK_ACCOUNT, HOUSE = "partner", "bank account", "house"
HOLDER_PREFIX = {PARTNER: "ptn_", BANK_ACCOUNT: "ba_", HOUSE: ""}
"""How the holder's public id begins; accounts of the house have no holder."""

KINDS = {
    kind.name: kind
    for kind in (
        AccountKind("funds", PARTNER, "credit", True, "Money of a partner that is free to be paid out."),
        AccountKind("reserved", PARTNER, "credit", True, "Money of a partner set aside for payouts not yet submitted."),
        AccountKind("returned", PARTNER, "credit", True, "Money that a recipient's bank sent back, not yet resolved."),
        AccountKind("blocked", PARTNER, "credit", True, "Money of a partner frozen by sanctions."),
        AccountKind("bank", BANK_ACCOUNT, "debit", False, "What the bank's statements say is on our bank account."),
        AccountKind("clearing", BANK_ACCOUNT, "credit", True, "Payouts handed to the bank and not yet on a statement."),
        AccountKind("fee_pending", BANK_ACCOUNT, "credit", True, "Fees of payouts handed to the bank, not earned yet."),
        AccountKind("fee_income", HOUSE, "credit", False, "Fees earned from partners and recipients."),
        AccountKind("rail_fee", HOUSE, "debit", False, "Fees that banks and rails charged."),
        AccountKind(
            "fx_position", HOUSE, "debit", False, "Open amount of a currency, bought or sold and not yet dealt."
        ),
        AccountKind("fx_margin", HOUSE, "credit", False, "Margin earned on conversions."),
        AccountKind("suspense", HOUSE, "credit", False, "Statement lines that nobody has identified yet."),
        AccountKind("tax_payable", HOUSE, "credit", False, "Tax withheld from recipients and owed to an authority."),
        AccountKind("due_from_bank", HOUSE, "debit", False, "Money a bank owes by its own mistake."),
        AccountKind(
            "bank_dispute", HOUSE, "debit", False, "Debits that are disputed with a bank, such as a second one."
        ),
        AccountKind("ops_loss", HOUSE, "debit", False, "Losses of the operation, written off by two people."),
        AccountKind(
            "ops_gain", HOUSE, "credit", False, "Small credits that nobody could explain, written off by two people."
        ),
        AccountKind("unclaimed", HOUSE, "credit", False, "Returned money that its owner has not claimed in time."),
    )
}
