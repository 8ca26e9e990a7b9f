"""Payment files that a restored database has forgotten: found where they were handed over, and taken back in."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from apps.core.database import assert_in_transaction, database_now
from apps.core.permissions import SYSTEM
from apps.events.operations import record
from apps.rails.contract import CannotBuild, Tally
from apps.rails.models import BankAccount, PaymentFile
from apps.rails.registry import RAILS
from apps.rails.representation import file_fact
from apps.rails.transports import folder


@dataclass(frozen=True)
class Forgotten:
    """A file that reached its bank and that the database does not know to be there."""

    rail: str
    file_name: str
    content: bytes
    tally: Tally
    placed_at: datetime


def forgotten_files(bank_account) -> list[Forgotten]:
    """Return the files of a bank account that were handed over before and are not known to be sealed, by name."""
    sealed = PaymentFile.objects.filter(bank_account=bank_account).exclude(file_name="")
    known = set(sealed.values_list("file_name", flat=True))
    paths = [path for path in folder.handed_over(bank_account.path) if path.name not in known]
    return [found for path in paths if (found := _read(path))]


def _read(path) -> Forgotten | None:
    """Return the file if it is one of ours: no other lies under the name that its message id makes."""
    placed_at, content = datetime.fromtimestamp(path.stat().st_mtime, UTC), path.read_bytes()
    for rail in RAILS.values():
        if rail.family != "file":
            continue
        try:
            tally = rail.tally(content)
        except CannotBuild:
            continue
        if rail.file_name(tally.message_id) == path.name:
            return Forgotten(rail.name, path.name, content, tally, placed_at)
    return None


def lock_forgotten(bank_account_id, found: Forgotten) -> PaymentFile | None:
    """
    Return the open file that the bytes belong to, locked; it is made if the database forgot it altogether.

    Return None if somebody else has taken it back in meanwhile.
    """
    assert_in_transaction()
    account = BankAccount.objects.select_for_update(no_key=True).get(pk=bank_account_id)
    file = PaymentFile.objects.filter(message_id=found.tally.message_id).select_for_update().first()
    if file:
        return None if file.is_sealed else file
    # The second at which it was placed is no cut-off of any plan, so no open file has this place.
    plan = RAILS[found.rail].plan_of(found.placed_at)
    earlier = PaymentFile.objects.filter(bank_account=account, rail=found.rail, cut_off_at=plan.cut_off_at)
    return PaymentFile.objects.create(
        bank_account=account,
        rail=found.rail,
        message_id=found.tally.message_id,
        cut_off_at=plan.cut_off_at,
        execute_on=plan.execute_on,
        sequence=1 + earlier.count(),
        currency=account.currency,
    )


def recover_file(file: PaymentFile, found: Forgotten) -> None:
    """Give a locked open file the bytes that were found, and note that its bank has it."""
    assert_in_transaction()
    now = database_now()
    file.write_content(found.content)
    file.sha256 = hashlib.sha256(found.content).hexdigest()
    file.transactions, file.control_sum = found.tally.transactions, found.tally.control_sum
    file.file_name, file.sealed_at, file.recovered_at = found.file_name, now, now
    file.seal()
    file.save()
    file.start_handing_over()
    file.save(update_fields=["state"])
    file.finish_handing_over()
    file.handed_over_at, file.told_at = found.placed_at, now
    file.save(update_fields=["state", "handed_over_at", "told_at"])
    record("file.recovered", [file_fact(file, {"state": [PaymentFile.OPEN, file.state]})], by=SYSTEM)
