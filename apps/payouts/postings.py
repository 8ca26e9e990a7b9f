"""What each moment of a payout's life does to the books, in the order of that life."""

from apps.ledger.posting import AccountKey, JournalDraft, Leg


def funds(partner_id: str, currency: str) -> AccountKey:
    """Return the platform's spendable balance; `partner_id` is the public id."""
    return AccountKey("funds", partner_id, currency)


def reserve(payout, on) -> JournalDraft:
    """Set the amount aside for this payout, and the fee beside it if the platform pays it."""
    return _move(payout, "payout.reserved", payout.public_id, _apart(payout, _funds(payout), _reserved(payout)), on)


def release(payout, on) -> JournalDraft:
    """Give a reservation back to the platform's balance, with the fee."""
    return _move(payout, "payout.released", payout.public_id, _apart(payout, _reserved(payout), _funds(payout)), on)


def submit(payout, attempt, on) -> JournalDraft:
    """Move the reservation into clearing: the bank account is about to be asked for it. The fee waits beside it."""
    reserved = _reserved(payout)
    legs = _with_fee(payout, (reserved, _clearing(payout)), (reserved, _fee_pending(payout)))
    return _move(payout, "payout.submitted", attempt.public_id, legs, on)


def put_back(payout, attempt, on) -> JournalDraft:
    """Set amount and fee aside again: the attempt was given up before anything was sent."""
    reserved = _reserved(payout)
    legs = _with_fee(payout, (_clearing(payout), reserved), (_fee_pending(payout), reserved))
    return _move(payout, "payout.put_back", attempt.public_id, legs, on)


def refuse(payout, attempt, on) -> JournalDraft:
    """Give amount and fee back to the platform's balance: the rail has refused it for good."""
    legs = _with_fee(payout, (_clearing(payout), _funds(payout)), (_fee_pending(payout), _funds(payout)))
    return _move(payout, "payout.refused", attempt.public_id, legs, on)


def settle(payout, settlement, *, is_last) -> JournalDraft:
    """Take what a statement line shows of the payment out of the bank account; the fee is earned by the last of it."""
    legs = [Leg(_clearing(payout), _bank(payout), settlement.amount)]
    if is_last and payout.fee:
        legs.append(Leg(_fee_pending(payout), _fee_income(payout), payout.fee))
    return _from_line(payout, "payout.settled", settlement, legs)


def give_back(payout, giving) -> JournalDraft:
    """Put the returned money back into the bank account, as the statement line shows."""
    return _from_line(payout, "payout.returned", giving, [Leg(_bank(payout), _returned(payout), giving.amount)])


def resolve_return(payout, giving, *, is_last) -> JournalDraft:
    """
    Credit returned money to the platform's balance, and with the last of it the fee, if its schedule says so.

    A return may be seen before the debit. The fee of that is given back now, and earned once the debit is seen: so each
    of both can be undone without the other.
    """
    legs = [Leg(_returned(payout), _funds(payout), giving.amount)]
    if is_last and payout.is_fee_given_back:
        legs.append(Leg(_fee_income(payout), _funds(payout), payout.fee))
    return _from_line(payout, "return.credited", giving, legs)


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


def _apart(payout, debit, credit) -> list[Leg]:
    """Return the legs of all that the platform's balance is charged: the amount, and a fee on top of it."""
    legs = [Leg(debit, credit, payout.amount)]
    return [*legs, Leg(debit, credit, payout.fee)] if payout.total > payout.amount else legs


def _with_fee(payout, payment, fee) -> list[Leg]:
    """Return the legs of what the bank is asked to pay and of the fee, if there is one: (debit, credit) of each."""
    legs = [Leg(*payment, payout.net)]
    return [*legs, Leg(*fee, payout.fee)] if payout.fee else legs


def _move(payout, moment, reference, legs, on):
    return JournalDraft(moment=moment, reference=reference, subject=payout.public_id, legs=legs, value_on=on)


def _from_line(payout, moment, evidence, legs):
    return JournalDraft(
        moment=moment,
        reference=evidence.match,
        subject=payout.public_id,
        legs=legs,
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


def _fee_pending(payout):
    return AccountKey("fee_pending", payout.bank_account.public_id, payout.currency)


def _fee_income(payout):
    return AccountKey("fee_income", "", payout.currency)
