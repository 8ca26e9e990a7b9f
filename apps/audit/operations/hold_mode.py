"""
Hold mode: after a restore from backup nothing is sent until banks have told what they did in the time that is forgotten.

A file outside the database, `EPOCH_FILE`, says which life of the database was seen last and how far it had come. A
database that has come less far, or is of another life, is a copy that was restored.
"""

import json
import os
from contextlib import suppress

from django.conf import settings
from django.db import connection, transaction

from apps.audit.models import Epoch
from apps.audit.queries import open_hold_mode
from apps.core.database import assert_no_open_transaction
from apps.core.permissions import SYSTEM
from apps.events.models import Event
from apps.payouts.operations import hold_what_may_have_left, stop_sending
from apps.rails.models import Stop

ONE_AT_A_TIME = 0x65706F6368


@transaction.atomic
def enter_hold_mode(*, by, reason) -> Stop:
    """
    Stop everything until every bank account has had a statement and two people agree; return the stop.

    What a bank can be told of by a call stays held beyond that, one by one, until its bank was asked.

    :raises PermissionDenied: if `by` may not stop sending.
    :raises CannotStop: if hold mode is on, or no reason is given.
    """
    stop = stop_sending(Stop.Scope.EVERYTHING, by=by, reason=reason, kind=Stop.Kind.AFTER_RESTORE)
    hold_what_may_have_left(by=by)
    return stop


def notice_restore() -> bool:
    """
    Enter hold mode if the database is not the one last seen or has come less far, and note what is seen now.

    Run it before anything is sent by a process that starts, and regularly. Return whether a restore was noticed.
    """
    assert_no_open_transaction()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        seen, epoch = _read(), Epoch.objects.first()
        came_to = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        why = _why_restored(seen, epoch, came_to)
        if why and not open_hold_mode():
            enter_hold_mode(by=SYSTEM, reason=f"This database looks restored from a backup: {why}")
        if why or epoch is None:
            epoch = Epoch.objects.create()
    # After the commit: a file that is older than the database only makes the next look less sharp.
    _write({"epoch": str(epoch.pk), "event": came_to})
    return bool(why)


def _why_restored(seen, epoch, came_to) -> str:
    """Return what shows that the database was restored, or nothing."""
    if seen is None:
        return "EPOCH_FILE is missing, so it is not known what was last sent from here." if epoch else ""
    if epoch is None or seen["epoch"] != str(epoch.pk):
        return "it is not the one that was last seen from here."
    if came_to < seen["event"]:
        return f"it ends at event {came_to}, and event {seen['event']} was seen before."
    return ""


def _read() -> dict | None:
    """Return what was seen last; a file that cannot be read counts as one of another database."""
    try:
        return {"epoch": "", "event": 0} | json.loads(settings.EPOCH_FILE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return {"epoch": "", "event": 0}


def _write(seen) -> None:
    """Replace the file as a whole, so that no reader and no power cut meets half of one."""
    settings.EPOCH_FILE.parent.mkdir(parents=True, exist_ok=True)
    draft = settings.EPOCH_FILE.with_name(f"{settings.EPOCH_FILE.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            json.dump(seen, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(settings.EPOCH_FILE)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
