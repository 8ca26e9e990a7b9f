"""What must be true when all is over: the portal against the banks' own logs, the platform's notes and its webhooks."""

import hashlib
from collections import Counter, defaultdict

from django.db import transaction
from django.db.models import F

from apps.audit.invariants import file_violations, violations
from apps.events.catalog import PUBLISHED
from apps.events.models import Delivery, Event
from apps.ledger.queries import balances
from apps.partners.models import Partner
from apps.payouts.models import Batch, Payout
from apps.payouts.states import FINAL, State
from apps.rails.models import BankAccount, PaymentFile, StatusReport, Stop
from apps.reconciliation.models import StatementLine
from apps.sandbox.books import lock_book
from apps.sandbox.day import balance
from apps.sandbox.instant.customers import folder_of
from apps.sandbox.instant.log import end_of, read_facts
from apps.sandbox.models import Book, Booking, InstantMovement, Order, ReceivedFile, SentFile
from tests.kills.platform import read_notes
from tests.kills.receiver import read_received


class Truth:
    """Both sides of a storm that is over. Every method returns what is wrong, in words; nothing if all is well."""

    def __init__(self, stage):
        self.stage = stage
        self.account = BankAccount.objects.get(pk=stage.bank_account_id)
        self.platform = Partner.objects.get(pk=stage.partner_id)
        self.payouts = list(Payout.objects.order_by("pk"))
        self.asked, self.answers, self.late = read_notes(stage.notes)
        self.executions, self.returns = self._executions()

    def findings(self) -> dict[str, list[str]]:
        """Return what is wrong, by what it would be called."""
        return {
            "double": self.double(),
            "lost": self.lost(),
            "phantom": self.phantom(),
            "acknowledged_commits_lost": self.forgotten(),
            "minor_units_off": self.money(),
            "invariants": [str(found) for found in (*violations(), *file_violations())],
            "webhooks": self.webhooks(),
            "files": self.files(),
            "standing_still": self.standing_still(),
        }

    def double(self):
        """Each payout was executed at most once, over both rails."""
        return [
            f"{reference} was executed {len(amounts)} times"
            for reference, amounts in self.executions.items()
            if len(amounts) > 1
        ]

    def lost(self):
        """Each payout has come to an end, and each request was answered, be it late."""
        open_ones = [payout for payout in self.payouts if payout.status not in FINAL]
        unanswered = sorted(self.asked.keys() - self.answers.keys())
        never = [f"{key} was never answered: {self.late.get(key, 'who asked has died')}" for key in unanswered]
        return [f"{payout.reference} is still {payout.status}" for payout in open_ones] + never

    def phantom(self):
        """What the portal says became of a payout is what the bank has done, and the bank has done nothing else."""
        found, executions = [], dict(self.executions)
        for payout in self.payouts:
            amounts = executions.pop(payout.end_to_end_id, [])
            said = "nothing" if not amounts else "returned" if payout.end_to_end_id in self.returns else "paid"
            believed = payout.status if payout.status in (State.PAID, State.RETURNED) else "nothing"
            if said != believed and payout.status in FINAL:
                found.append(f"{payout.reference} is {payout.status}; the bank has {said}")
            if any(amount != payout.amount for amount in amounts):
                found.append(f"{payout.reference} of {payout.amount} was executed with {amounts}")
        return found + [f"the bank executed {reference}, which no payout carries" for reference in executions]

    def forgotten(self):
        """Each answer the platform got still is true, every repetition was the same, and nothing was made unasked."""
        found = []
        payouts = {payout.public_id: payout for payout in self.payouts}
        batches = {batch.public_id: batch for batch in Batch.objects.all()}
        deposits = {booking.public_id for booking in Booking.objects.filter(kind=Booking.Kind.DEPOSIT)}
        items = Counter(payout.batch_id for payout in self.payouts)
        wanted = set()
        for key, answers in self.answers.items():
            request, answer = self.asked[key]["document"], answers[0]["answer"]
            refused = [given for given in answers if given["status"] != 201]
            found += [f"{key} was answered {given['status']}: {given['answer']}" for given in refused]
            if refused:
                continue
            if len({given["answer"]["id"] for given in answers}) > 1:
                found.append(f"{key} was answered with different things")
            if answer["object"] == "payout":
                wanted.add(request["reference"])
                payout = payouts.get(answer["id"])
                if payout is None or (request["reference"], _cents(request["amount"])) != (
                    payout.reference,
                    payout.amount,
                ):
                    found.append(f"the payout {answer['id']} was acknowledged and is not there")
            elif answer["object"] == "batch":
                wanted.update(item["reference"] for item in request["payouts"])
                batch = batches.get(answer["id"])
                if batch is None or items[batch.pk] != request["count"]:
                    found.append(f"the batch {answer['id']} was acknowledged and is not there as a whole")
            elif answer["id"] not in deposits:
                found.append(f"the deposit {answer['id']} was acknowledged and is not there")
        return found + [
            f"{payout.reference} was not asked for" for payout in self.payouts if payout.reference not in wanted
        ]

    def money(self):
        """Bank and ledger agree to the minor unit, and the platform has what it paid in less what was paid out."""
        with transaction.atomic():
            at_bank = balance(lock_book(self.account.pk))
        ours, theirs = (balances(holder.public_id).get("EUR", {}) for holder in (self.account, self.platform))
        deposits = Booking.objects.filter(kind=Booking.Kind.DEPOSIT).values_list("amount", flat=True)
        gone = sum(sum(amounts) for amounts in self.executions.values())
        expected = sum(deposits) - gone + sum(sum(amounts) for amounts in self.returns.values())
        compared = {
            "the bank account": (ours.get("bank", 0), at_bank),
            "clearing": (ours.get("clearing", 0), 0),
            "the platform's funds": (theirs.get("funds", 0) + theirs.get("returned", 0), expected),
            "what is reserved": (theirs.get("reserved", 0), 0),
        }
        return [f"{what}: {found} instead of {right}" for what, (found, right) in compared.items() if found != right]

    def webhooks(self):
        """Every event was received, none that was not committed, and none with a wrong signature."""
        received, refused = read_received(self.stage.folder)
        first = Delivery.objects.order_by("event_id").values_list("event_id", flat=True).first() or 0
        told = Event.objects.filter(partner_id=self.platform.pk, type__in=PUBLISHED, id__gte=first)
        ids = {event.public_id for event in told}
        known = {event.public_id for event in Event.objects.filter(partner_id=self.platform.pk)}
        found = [f"{event} was not received" for event in sorted(ids - received.keys())]
        found += [f"{event} was received and is no event" for event in sorted(received.keys() - known)]
        return found + [f"a message was refused: {reason}" for reason in refused]

    def files(self):
        """Each payment file was placed once, with its very bytes, and each message of the bank was read."""
        box, found = self.account.path, []
        placed = {path.name: path for path in (box / "to_bank" / "archive").iterdir() if path.is_file()}
        for file in PaymentFile.objects.all():
            path = placed.pop(file.file_name, None)
            if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
                found.append(f"{file.message_id} is not in the archive as it was sealed")
        found += [f"{name} is no file of ours" for name in placed]
        found += [f"{path.name} was left behind" for path in (box / "to_bank").iterdir() if path.is_file()]
        taken = Counter(ReceivedFile.objects.values_list("message_id", flat=True))
        found += [f"{message_id} came {count} times" for message_id, count in taken.items() if count > 1]
        found += [f"{name} was not read" for name in _unread(self.account)]
        if StatusReport.objects.unapplied().exists() or StatusReport.objects.parked().exists():
            found.append("a status report was not applied")
        return found + [f"the line {line} is open" for line in StatementLine.objects.open()]

    def standing_still(self):
        return [f"sending is stopped: {stop}" for stop in Stop.objects.open()]

    def _executions(self):
        """Return the amounts that left, and those that came back, by end-to-end id, as the banks' own books have it."""
        left, back = defaultdict(list), defaultdict(list)
        for _, _, fact in read_facts(folder_of(self.account)):
            if fact["fact"] == "executed":
                left[fact["end_to_end_id"]].append(fact["amount"])
            elif fact["fact"] == "returned":
                back[fact["end_to_end_id"]].append(fact["amount"])
        for order in Order.objects.filter(debit__isnull=False):
            left[order.end_to_end_id].append(order.amount)
            if order.credit_id:
                back[order.end_to_end_id].append(order.amount)
        return left, back


def what_is_left(account_id) -> list[str]:
    """Return what still has to happen before all is over; nothing if all is."""
    account = BankAccount.objects.get(pk=account_id)
    states = Counter(Payout.objects.exclude(status__in=FINAL).values_list("status", flat=True))
    taken = Book.objects.filter(pk=account_id).values_list("instant_log_read", flat=True).first() or 0
    left = {
        **{f"payouts {state}": count for state, count in states.items()},
        "bytes of the log": end_of(folder_of(account)) - taken,
        "movements to book": InstantMovement.objects.filter(booking=None).count(),
        "bookings to state": Booking.objects.filter(book=account_id, booked_on__gte=F("book__open_day")).count(),
        "returns to come": Order.objects.filter(return_on__isnull=False, credit=None).count(),
        "webhooks": Delivery.objects.filter(status=Delivery.Status.PENDING).count(),
        "files to write": SentFile.objects.filter(written_at=None).count(),
        "files to read": len(_unread(account)),
        "open lines": StatementLine.objects.open().count(),
    }
    return [f"{count} {what}" for what, count in left.items() if count]


def _unread(account):
    sent = set(SentFile.objects.filter(book=account.pk).values_list("file_name", flat=True))
    return sorted(sent - {path.name for path in (account.path / "from_bank" / "read").glob("*.xml")})


def _cents(text):
    return int(text.replace(".", ""))
