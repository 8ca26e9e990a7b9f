"""Where a schedule takes place: people who stay for many schedules, and a platform and a bank account of its own."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from apps.core.database import database_now
from apps.core.permissions import SYSTEM
from apps.core.statements import rows_where
from apps.core.updating import update_rows
from apps.partners.authentication import key_for
from apps.partners.operations import create_key, create_partner
from apps.partners.scopes import SCOPES
from apps.payouts.models import Payout
from apps.rails.models import BankAccount
from apps.rails.operations import open_bank_account
from apps.reconciliation.jobs import import_inbox
from apps.sandbox.books import lock_book
from apps.sandbox.folder import deliver
from apps.sandbox.operations import deposit
from apps.users.models import User
from apps.users.operations import create_person
from tests import factories, names

FIRST_DAY = datetime(2027, 1, 4, 6, tzinfo=UTC)
BANDS = ((100_000, 0), (150_000, 1), (None, 2))


def people_arrive() -> None:
    """Have the people, the policy and the watchlist of a fresh database; all schedules on it share them."""
    for role, count in (
        ("approver", 2),
        ("operator", 1),
        ("compliance_analyst", 1),
        ("compliance_officer", 1),
        ("treasurer", 2),
    ):
        for number in range(count):
            create_person(f"{role}{number}@example.test", f"{role} {number}", by=SYSTEM, roles=[role])
    factories.policy(*BANDS)
    with TemporaryDirectory() as folder:
        factories.watchlist(Path(folder))
    cast.cache_clear()


@cache
def cast() -> dict[str, list]:
    """Return the people by role."""
    roles = ("approver", "operator", "compliance_analyst", "compliance_officer", "treasurer")
    return {role: list(User.objects.filter(email__startswith=role).order_by("email")) for role in roles}


class World:
    """
    What belongs to one schedule: platform, bank account, clock, and what the platform has asked for.

    A bank that is `silent` leaves some files without an answer.
    `bank` is the bank that is called and `clock` its time, both None where payments travel in files; `callers` are the
    workers in the middle of calling it.
    `asked` holds every request of the platform as it was sent, `promised` the references it was told to be accepted.
    """

    def __init__(self, seed, chance, boundaries, bank=None):
        self.seed, self.chance, self.boundaries = seed, chance, boundaries
        self.bank, self.clock, self.callers = bank, bank and bank.clock, []
        self.rail = "sepa_instant" if bank else "auto"
        self.asked, self.promised, self.limbo = [], set(), []
        self.people = cast()
        self.silent = chance.random() < 0.5
        self._numbers, self.least_amount = 0, 1
        self.platform = create_partner(f"Platform {seed}", "sandbox", by=SYSTEM)
        _, token = create_key(self.platform.pk, "Key", sorted(SCOPES), by=SYSTEM)
        self.key = key_for(token).partner.service_user
        self.bank_account = self._open_bank_account()
        if seed % 4 == 3:
            self._publish_fees()
        self.deposit(2_000_000 if bank else chance.choice((50_000, 2_000_000, 2_000_000)))
        deliver(self.bank_account)
        import_inbox()

    def _open_bank_account(self):
        account = open_bank_account(
            f"Account {self.seed}",
            "Payouts Portal",
            factories.iban(9_000_000_000 + self.seed % 900_000_000),
            by=SYSTEM,
            mode="sandbox",
            folder_name=f"simulated-{self.seed}",
            batch_booking=self.chance.random() < 0.7,
            instant=self.bank and self.bank.instant,
        )
        begins = FIRST_DAY + timedelta(days=self.chance.randrange(330), hours=self.chance.randrange(16))
        now = self.clock.now if self.clock else database_now()
        account.clock_offset_seconds = round((begins - now).total_seconds())
        update_rows([account], "clock_offset_seconds")
        if self.bank:
            self.bank.bank_account = account
        return account

    def _publish_fees(self) -> None:
        """Let payouts cost something, as the seed says: on top or within, given back with a return or kept."""
        terms = {
            "fixed": 35,
            "basis_points": 120,
            "paid_by": ("platform", "recipient")[self.seed // 4 % 2],
            "refunded_on_return": bool(self.seed // 8 % 2),
        }
        if terms["paid_by"] == "recipient":
            self.least_amount = 100  # of less the fee would leave nothing, and be refused
        people = self.people["treasurer"][0], self.people["compliance_officer"][0]
        rail = "sepa_instant" if self.bank else "sepa_credit_transfer"
        factories.fees(rail, platform=self.platform, people=people, **terms)

    def deposit(self, amount) -> None:
        """Let the platform pay money into our account at the bank."""
        deposit(self.bank_account.pk, amount, self.platform.funding_reference, by=SYSTEM)

    @property
    def payouts(self):
        return Payout.objects.filter(partner=self.platform).order_by("pk")

    def all_payouts(self) -> list[Payout]:
        """Return the platform's payouts as they are now, in the order in which they were made."""
        return rows_where(Payout, "WHERE partner_id = %s ORDER BY id", [self.platform.pk])

    def now(self):
        """Return the time on the bank account's clock, which only `nature` moves."""
        return self.bank_account.business_now()

    def new_name(self) -> str:
        """Return an invented person's name that resembles no other of this schedule."""
        return names.name(self.chance)

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def leave(self) -> None:
        """Close the account, so that later schedules do not pay from it."""
        BankAccount.objects.filter(pk=self.bank_account.pk).update(status=BankAccount.CLOSED)


def set_reporting(world) -> None:
    """Choose how the bank reports on this account; call it in a transaction."""
    book = lock_book(world.bank_account.pk)
    # What a silent bank booked without details nobody can tell apart from what it refused.
    book.batch_details = world.silent or world.chance.random() < 0.3
    book.statement_version = world.chance.choice(("08", "02"))
    update_rows([book], "batch_details", "statement_version")
