"""What people look at before they let sending go on."""

from apps.audit.models import InvariantRun
from apps.payouts.models import Hold
from apps.rails.models import BankAccount, Stop


def not_stated_since(moment) -> list[BankAccount]:
    """Return the active bank accounts without a statement that was imported since."""
    sql = "SELECT * FROM rails_bankaccount WHERE id IN (SELECT audit_accounts_not_stated_since(%s)) ORDER BY name"
    return list(BankAccount.objects.raw(sql, [moment]))


def last_run() -> InvariantRun | None:
    """Return the last check of the invariants."""
    return InvariantRun.objects.first()


def held_since_restore() -> int:
    """Return how many payouts are held, since a restore has forgotten whether they left."""
    return Hold.objects.open().filter(kind=Hold.Kind.RESTORED).count()


def open_hold_mode() -> Stop | None:
    """Return the stop that is hold mode, or None."""
    return Stop.objects.open().filter(kind=Stop.Kind.AFTER_RESTORE).first()
