"""What people and partners do with a simulated bank account: put money into it, and let its time pass."""

from datetime import datetime
from math import ceil

from django.db import transaction

from apps.core.database import insert_rows
from apps.core.errors import Conflict, Fault, Invalid, NotFound
from apps.core.money import MAX_AMOUNT
from apps.core.permissions import require_permission
from apps.core.queue import nudge
from apps.core.statements import rows_where
from apps.core.text import InvalidText, check_text
from apps.core.updating import update_rows
from apps.events.operations import Fact, record
from apps.partners.models import Mode
from apps.payouts import jobs
from apps.rails.models import BankAccount
from apps.sandbox import banking_days
from apps.sandbox.books import lock_book, new_booking, report_header, save_progress, send_file
from apps.sandbox.lines import statement_lines
from apps.sandbox.messages import camt
from apps.sandbox.models import Book, Booking
from apps.sandbox.representation import represent_clock, represent_deposit

MAX_ADVANCE_SECONDS = 366 * 24 * 3600


class CannotAdvanceClock(Conflict):
    """The clock stays as it is."""

    code = "cannot-advance-clock"
    codes = {
        "clock-goes-forward": ("The clock is past that moment, and never goes back.", "Choose a later moment."),
        "clock-advance-too-far": ("The clock would go forward by more than a year.", "Go there in several steps."),
    }
    title = "The clock cannot be advanced"


class CannotDeposit(Invalid):
    """Nothing was booked; `errors` names each fault."""

    title = "The deposit has faults"


@transaction.atomic
def advance_clock(bank_account_id, *, by, to: datetime | None = None, by_seconds: int | None = None):
    """
    Move a sandbox account's clock forward, by seconds or to a moment; return the bank account.

    The bank then works through every day that has passed, in order, and writes a statement for each.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if there is no such sandbox bank account.
    :raises CannotAdvanceClock: if this would turn it back, or forward by more than a year.
    """
    require_permission(by, "sandbox.control")
    account = _lock_sandbox_account(bank_account_id)
    now = account.business_now()
    seconds = by_seconds if to is None else ceil((to - now).total_seconds())
    if seconds is None or seconds < 0:
        raise CannotAdvanceClock(
            f"It shows {now:%Y-%m-%d %H:%M:%S} UTC and never goes back.", code="clock-goes-forward"
        )
    if seconds > MAX_ADVANCE_SECONDS:
        raise CannotAdvanceClock("Advance it by at most 366 days at once.", code="clock-advance-too-far")

    before = represent_clock(account, now)
    account.clock_offset_seconds += seconds
    update_rows([account], "clock_offset_seconds")
    after = represent_clock(account)
    changes = {name: [before[name], after[name]] for name in ("now", "offset_seconds")}
    record("sandbox.clock_advanced", [Fact(account.public_id, None, after, changes)], by=by)
    nudge(jobs.submit_due)
    nudge(jobs.move_waiting)
    return account


def _lock_sandbox_account(bank_account_id) -> BankAccount:
    accounts = rows_where(BankAccount, "WHERE id = %s AND mode = 'sandbox' FOR NO KEY UPDATE", [bank_account_id])
    if not accounts:
        raise NotFound("There is no such sandbox bank account.")
    return accounts[0]


@transaction.atomic
def deposit(bank_account_id, amount: int, reference: str, *, by, debtor_name="Sandbox platform") -> Booking:
    """
    Let money arrive on a sandbox account: booked at once, notified by camt.054, and on the day's statement.

    `reference` is the remittance text. With a partner's funding reference in it, the money becomes that partner's.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if there is no such sandbox bank account.
    :raises CannotDeposit: naming each fault of amount, reference and name.
    """
    require_permission(by, "sandbox.control")
    reference, debtor_name = _check_deposit(amount, reference, debtor_name)
    book = lock_book(bank_account_id)
    now = book.bank_account.business_now()
    booked_on = max(book.open_day, banking_days.banking_day_from(banking_days.local_day(now)))
    booking = new_booking(
        book,
        Booking.Kind.DEPOSIT,
        camt.CREDIT,
        amount,
        "Credit transfer received",
        now=now,
        booked_on=booked_on,
        counterparty=debtor_name,
        remittance=reference,
    )
    insert_rows([booking])
    header = report_header(book, booking.reference, book.next_file, now)
    content = camt.write_notification(header, statement_lines(book, [booking]))
    send_file(book, f"camt.054.001.{book.statement_version}", booking.reference, content, due_at=now)
    save_progress(book)
    record("sandbox.deposit_made", [Fact(booking.public_id, None, represent_deposit(booking))], by=by)
    return booking


@transaction.atomic
def change_reporting(bank_account_id, *, by, statement_version=None, batch_details=None) -> Book:
    """
    Let the bank report in another way from its next statement on: version ``08`` or ``02``, batches with or without details.

    :raises PermissionDenied: if `by` may not control the sandbox.
    :raises NotFound: if there is no such sandbox bank account.
    :raises Invalid: if the version is not one the bank writes.
    """
    require_permission(by, "sandbox.control")
    book = lock_book(bank_account_id)
    if statement_version is not None:
        if statement_version not in camt.VERSIONS:
            fault = Fault("/statement_version", "unknown-version", f"The bank writes {' and '.join(camt.VERSIONS)}.")
            raise Invalid(errors=[fault])
        book.statement_version = statement_version
    if batch_details is not None:
        book.batch_details = batch_details
    book.save()
    return book


@transaction.atomic
def announce_instant_bank(url: str, *, by) -> int:
    """
    Tell every sandbox account with instant payments where the bank takes them; return how many there are.

    :raises PermissionDenied: if `by` may not control the sandbox.
    """
    require_permission(by, "sandbox.control")
    accounts = list(
        BankAccount.objects.filter(mode="sandbox", instant__isnull=False).select_for_update().order_by("pk")
    )
    for account in accounts:
        account.instant = account.instant | {"url": url}
        account.save(update_fields=["instant"])
    return len(accounts)


def sandbox_account(partner, currency="EUR") -> BankAccount:
    """
    Return the sandbox bank account that a partner's payouts in a currency leave from.

    :raises NotFound: if the partner is live, or nobody has opened a sandbox in this currency.
    """
    is_sandbox = partner.mode == Mode.SANDBOX
    account = BankAccount.objects.paying("sandbox", currency, partner.pk).first() if is_sandbox else None
    if account is None:
        raise NotFound("There is no sandbox here.")
    return account


def _check_deposit(amount, reference, debtor_name):
    faults, texts = [], []
    if type(amount) is not int or not 0 < amount <= MAX_AMOUNT:
        faults.append(Fault("/amount", "amount-out-of-range", "The amount must be greater than zero."))
    for pointer, value in (("/reference", reference), ("/debtor_name", debtor_name)):
        try:
            texts.append(check_text(value, max_length=140))
        except InvalidText as error:
            faults.append(Fault(pointer, error.code, error.detail))
    if faults:
        raise CannotDeposit(errors=faults)
    return texts
