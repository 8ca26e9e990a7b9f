"""What must be true of a case at rest: the portal against the bank's own log, to the cent."""

from django.db import transaction
from django.db.models import F

from apps.audit.invariants import violations
from apps.events.models import Event
from apps.ledger.queries import balances
from apps.rails.models import PaymentFile, StatusReport
from apps.reconciliation.models import StatementLine
from apps.sandbox.books import lock_book
from apps.sandbox.day import balance
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.instant.log import read_facts
from apps.sandbox.models import Booking, InstantMovement, Order, ReceivedFile, SentFile
from tests.faults.uploads import uploads_to


def is_at_rest(world) -> bool:
    """Tell whether everybody has done all there is to do: the payouts have ended, and the bank's day is read."""
    if dict(world.payouts.values_list("reference", "status")) != world.ends or _unread(world):
        return False
    book = {"book": world.bank_account.pk}
    return not (
        Booking.objects.filter(**book, booked_on__gte=F("book__open_day")).exists()
        or InstantMovement.objects.filter(**book, booking=None).exists()
    )


def contradictions(world) -> list[str]:
    """Return what is wrong, in words; nothing if all is well."""
    return [
        *map(str, violations()),
        *_request(world),
        *_outcomes(world),
        *_files(world),
        *_messages(world),
        *_money(world),
        *_webhooks(world),
    ]


def executions(world, payout) -> list:
    """Return the payments that the bank has made for a payout, by its own log."""
    if world.family == "call":
        facts = [fact for _, _, fact in read_facts(folder_of(world.bank_account))]
        return [f for f in facts if (f["fact"], f["end_to_end_id"]) == ("executed", payout.end_to_end_id)]
    orders = Order.objects.filter(book=world.bank_account.pk, end_to_end_id=payout.end_to_end_id)
    return list(orders.filter(debit__isnull=False))


def _request(world):
    """The request was done once, and its answer is the same however often it is asked."""
    found = sorted(world.payouts.values_list("reference", flat=True))
    if found != sorted(world.ends):
        yield f"the platform asked for {sorted(world.ends)}, there are {found}"
    answer = world.post()
    if answer.status_code != 201 or answer.get("Idempotent-Replayed") != "true":
        yield f"asked again, the portal answers {answer.status_code}"
    if world.keys.count() != 1:
        yield f"{world.keys.count()} answers are stored"


def _outcomes(world):
    """Each payout was executed as often as its end says, and ended as it must."""
    for payout in world.payouts:
        end, made = world.ends.get(payout.reference), len(executions(world, payout))
        if payout.status != end:
            yield f"{payout.reference} is {payout.status} and should be {end}"
        if made != (end != "failed"):
            yield f"{payout.reference} is {payout.status}, the bank has executed it {made} times"
        if payout.attempts.count() != 1:
            yield f"{payout.reference} has {payout.attempts.count()} attempts"


def _files(world):
    """The one file went to the bank once, with the bytes that were sealed, and nothing else lies there."""
    files = PaymentFile.objects.filter(bank_account=world.bank_account)
    sealed = [(file.file_name, file.sha256) for file in files]
    if len(sealed) != (world.family == "file"):
        yield f"there are {len(sealed)} files"
    if (uploaded := uploads_to(world.bank_account)) != sealed:
        yield f"sealed was {sealed}, uploaded {uploaded}"
    taken = ReceivedFile.objects.filter(book=world.bank_account.pk)
    if [(file.file_name, bytes(file.sha256).hex()) for file in taken] != sealed:
        yield f"sealed was {sealed}, the bank took {[file.file_name for file in taken]}"
    left = [path.name for path in (world.bank_account.path / "to_bank").iterdir() if path.is_file()]
    if left:
        yield f"{left} lies in the bank's inbox"
    yield from (f"{file.message_id} has a problem: {file.problem}" for file in files.exclude(problem=""))
    yield from (f"{file.message_id} still has a lease" for file in files.exclude(lease_until=None))


def _messages(world):
    """Each of the bank's messages was read, and each line is explained."""
    reports = StatusReport.objects.filter(bank_account=world.bank_account)
    if reports.unapplied().exists() or reports.parked().exists():
        yield "a report was not applied"
    yield from (f"{name} was never read" for name in _unread(world))
    lines = StatementLine.objects.open().filter(bank_account=world.bank_account)
    yield from (f"the line {line.sign} {line.amount} stays open" for line in lines)


def _money(world):
    """What the platform has less is what the bank has paid out for it."""
    gone = sum(payout.amount for payout in world.payouts if payout.status == "paid")
    right = world.money_before | {"funds": world.money_before["funds"] - gone}
    if world.platform.money != right:
        yield f"the platform has {world.platform.money}, it should have {right}"
    ours = balances(world.bank_account.public_id).get("EUR", {})
    with transaction.atomic():
        at_bank = balance(lock_book(world.bank_account.pk))
    if (ours.get("bank", 0), ours.get("clearing", 0)) != (at_bank, 0):
        yield f"the ledger says {ours} of the account, the bank says {at_bank}"


def _webhooks(world):
    """Each event was delivered, and those of a subject in their order; a repetition is the same message."""
    if not world.is_told:
        return
    for payout in world.payouts:
        recorded = [event.public_id for event in Event.objects.filter(subject=payout.public_id).order_by("pk")]
        arrived = list(dict.fromkeys(told["id"] for told in world.messages if told["subject"] == payout.public_id))
        if arrived != recorded:
            yield f"of {payout.reference} {len(arrived)} messages arrived, {len(recorded)} events were recorded"
    if waiting := world.deliveries.exclude(status="delivered").count():
        yield f"{waiting} webhooks are not known to be delivered"


def _unread(world):
    """Return the names of the bank's messages that the portal has not put away as read."""
    sent = set(SentFile.objects.filter(book=world.bank_account.pk).values_list("file_name", flat=True))
    read = {path.name for path in (world.bank_account.path / "from_bank" / "read").glob("*.xml")}
    return sorted(sent - read)
