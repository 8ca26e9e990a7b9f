"""The platform: asks for payouts, asks again when it heard nothing, and takes payouts back."""

from django.db import connection, transaction

from apps.core.errors import DomainError, Invalid
from apps.payouts.operations import PayoutDraft, cancel_payouts, create_batch, create_payouts, request_recalls
from apps.payouts.recalls import WITH_THE_BANK
from apps.recipients.operations import MethodDraft, RecipientDraft
from apps.sandbox.scenarios import LOSE, NO_ANSWER, SCENARIOS
from tests import factories
from tests.simulator.actors import step

RATES = {"listed": 0.08, "magic": 0.45, "again": 0.15, "known": 0.2}

ANSWERED = sorted(ending for ending, scenario in SCENARIOS.items() if scenario.effect not in (NO_ANSWER, LOSE))


@step(9)
def ask(world):
    """Ask for one payout."""
    return _send(world, (None, [_draft(world)]))


@step(5)
def ask_for_batch(world):
    """Ask for some that belong together."""
    drafts = [_draft(world) for _ in range(world.chance.randint(2, 4))]
    return _send(world, (f"B{world.seed}-{world.next_number()}", drafts))


@step(4)
def ask_again(world):
    """Send a request once more as it was, since its answer may have been lost."""
    if not world.asked:
        return "nothing was asked yet"
    return _send(world, world.chance.choice(world.asked))


@step(4)
def cancel(world):
    """Take a payout back, in whatever state it is."""
    payouts = world.all_payouts()
    if not payouts:
        return "there is no payout"
    chosen = world.chance.choice(payouts)
    cancel_payouts([chosen.pk], by=world.key, reason="Withdrawn")
    return f"{chosen.reference} was {chosen.status}"


@step(8)
def recall(world):
    """Ask the bank for a payout's money, whatever its state."""
    payouts = world.all_payouts()
    if not payouts:
        return "there is no payout"
    chosen = world.chance.choice([payout for payout in payouts if payout.status in WITH_THE_BANK] or payouts)
    request_recalls([chosen.pk], by=world.key, reason="Sent to the wrong person")
    return f"{chosen.reference} was {chosen.status}"


def _send(world, request):
    if request not in world.asked:
        world.asked.append(request)
    batch, drafts = request
    references = [draft.reference for draft in drafts]
    try:
        with transaction.atomic(), connection.all_or_nothing():  # as the API does
            if batch:
                create_batch(world.platform.pk, batch, list(drafts), by=world.key)
            else:
                create_payouts(world.platform.pk, list(drafts), by=world.key)
    except Invalid as refusal:
        if {fault.code for fault in refusal.errors} != {"duplicate-reference"}:
            raise RuntimeError("a sound request was refused") from refusal
        world.promised.update(references)
        return f"{references} were accepted before"
    except DomainError as refusal:
        raise RuntimeError("a sound request was refused") from refusal
    world.promised.update(references)
    return ", ".join(f"{draft.reference} {draft.amount}" for draft in drafts)


def _draft(world):
    recipient, amount = _recipient(world), _amount(world)
    return PayoutDraft(recipient, amount, "EUR", f"S{world.seed}-{world.next_number()}", rail=world.rail)


def _recipient(world):
    chance = world.chance
    known = [draft.recipient for _, drafts in world.asked for draft in drafts]
    if known and chance.random() < RATES["known"]:
        return chance.choice(known)
    name = factories.LISTED if chance.random() < RATES["listed"] else world.new_name()
    iban = factories.iban(world.seed % 10_000_000 * 100 + world.next_number())
    return RecipientDraft("individual", name, "DE", MethodDraft(iban=iban))


def _amount(world):
    chance = world.chance
    amounts = [draft.amount for _, drafts in world.asked for draft in drafts]
    if amounts and chance.random() < RATES["again"]:
        return chance.choice(amounts)
    if chance.random() < RATES["magic"]:
        return chance.choice(ANSWERED if not world.silent else sorted(SCENARIOS)) + chance.choice((0, 0, 100_000))
    drawn = chance.randint(1, 70_000) if chance.random() < 0.8 else chance.randint(100_001, 170_000)
    return max(drawn, world.least_amount)
