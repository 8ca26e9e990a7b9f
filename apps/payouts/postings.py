"""What each moment of a payout's life does to the books, in the order of that life."""

from apps.ledger.posting import AccountKey, JournalDraft, Leg


def funds(partner_id: str, currency: str) -> AccountKey:
    """Return the platform's spendable balance; `partner_id` is the public id."""
    return AccountKey("funds", partner_id, currency)


def reserve(payout, on) -> JournalDraft:
    """Set the amount aside for this payout."""
    return _move(payout, "payout.reserved", payout.public_id, _funds(payout), _reserved(payout), on)


def release(payout, on) -> JournalDraft:
    """Give a reservation back to the platform's balance."""
    return _move(payout, "payout.released", payout.public_id, _reserved(payout), _funds(payout), on)


def submit(payout, attempt, on) -> JournalDraft:
    """Move the reservation into clearing: the bank account is about to be asked for it."""
    return _move(payout, "payout.submitted", attempt.public_id, _reserved(payout), _clearing(payout), on)


def put_back(payout, attempt, on) -> JournalDraft:
    """Set the amount aside again: the attempt was given up before anything was sent."""
    return _move(payout, "payout.put_back", attempt.public_id, _clearing(payout), _reserved(payout), on)


def refuse(payout, attempt, on) -> JournalDraft:
    """Give the amount back to the platform's balance: the rail has refused it for good."""
    return _move(payout, "payout.refused", attempt.public_id, _clearing(payout), _funds(payout), on)


def settle(payout, settlement) -> JournalDraft:
    """Take the amount out of the bank account, as the statement line shows."""
    return _from_line(payout, "payout.settled", settlement, _clearing(payout), _bank(payout))


def give_back(payout, giving) -> JournalDraft:
    """Put the returned amount back into the bank account, as the statement line shows."""
    return _from_line(payout, "payout.returned", giving, _bank(payout), _returned(payout))


def resolve_return(payout, giving) -> JournalDraft:
    """Credit a returned amount to the platform's balance."""
    return _from_line(payout, "return.credited", giving, _returned(payout), _funds(payout))


def charge(conflict, on) -> JournalDraft:
    """Let somebody bear money that did leave although nobody had posted it; a statement line takes it out of clearing."""
    return JournalDraft(
        moment="payout.charged",
        reference=conflict.public_id,
        subject=conflict.payout.public_id,
        legs=(Leg(bears(conflict), _clearing(conflict.payout), conflict.amount),),
        value_on=on,
    )


def bears(conflict) -> AccountKey:
    """Return the account that money of a conflict was charged to: the platform's, or one of the house."""
    if conflict.charged_to == "funds":
        return _funds(conflict.payout)
    return AccountKey(conflict.charged_to, "", conflict.currency)


def _move(payout, moment, reference, debit, credit, on):
    return JournalDraft(
        moment=moment,
        reference=reference,
        subject=payout.public_id,
        legs=(Leg(debit, credit, payout.amount),),
        value_on=on,
    )


def _from_line(payout, moment, evidence, debit, credit):
    return JournalDraft(
        moment=moment,
        reference=evidence.match,
        subject=payout.public_id,
        legs=(Leg(debit, credit, evidence.amount),),
        value_on=evidence.value_on,
        booked_on=evidence.booked_on,
        details={"line": evidence.line},
    )


def _funds(payout):
    return funds(payout.partner.public_id, payout.currency)


def _reserved(payout):
    return AccountKey("reserved", payout.partner.public_id, payout.currency)


def _returned(payout):
    return AccountKey("returned", payout.partner.public_id, payout.currency)


def _clearing(payout):
    return AccountKey("clearing", payout.bank_account.public_id, payout.currency)


def _bank(payout):
    return AccountKey("bank", payout.bank_account.public_id, payout.currency)
