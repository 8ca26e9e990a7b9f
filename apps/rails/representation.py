"""How a payment file looks from outside: in events and wherever it is shown."""

from apps.core.money import format_amount
from apps.events.operations import Fact


def represent(file) -> dict:
    """Return a file as events carry it; never its bytes."""
    return {
        "id": file.public_id,
        "message_id": file.message_id,
        "bank_account": file.bank_account.public_id,
        "rail": file.rail,
        "state": file.state,
        "cut_off_at": file.cut_off_at.isoformat(),
        "execute_on": file.execute_on.isoformat(),
        "sequence": file.sequence,
        "transactions": file.transactions,
        "control_sum": format_amount(file.control_sum, file.currency),
        "currency": file.currency,
        "file_name": file.file_name,
        "sha256": file.sha256,
    }


def file_fact(file, changes=None, **more) -> Fact:
    """Return what happened to a file, ready to be recorded."""
    return Fact(file.public_id, None, represent(file) | more, changes or {})
