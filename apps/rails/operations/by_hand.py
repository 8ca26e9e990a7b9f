"""
Bringing a payment file to the bank by other means than its folder: one person takes it and reports, a second confirms.

From the moment a file is taken the portal does not hand it over itself: it is handing over, and nobody has the lease. So
whatever happens to the person, the bank gets it once or a person says that it did not.
"""

from django.db import transaction

from apps.core.database import database_now
from apps.core.errors import Conflict, NotFound, PermissionDenied
from apps.core.permissions import require_permission
from apps.core.queue import nudge
from apps.core.uploads import InvalidDocument, check_document
from apps.events.operations import record
from apps.rails import jobs
from apps.rails.models import HandOver, PaymentFile, Stop
from apps.rails.operations.files import CannotHandOver, note_handed_over
from apps.rails.representation import file_fact


class CannotDecideHandOver(Conflict):
    """The hand-over is not at this point, or is `by`'s own; nothing was changed."""

    code = "cannot-decide-hand-over"
    title = "The hand-over cannot be decided this way"


@transaction.atomic
def take_file(file_id, *, by, reason: str) -> HandOver:
    """
    Take a sealed file to bring it to the bank by other means; the portal does not hand it over any more.

    :raises PermissionDenied: if `by` may not take files.
    :raises NotFound: if there is no such file.
    :raises CannotHandOver: if no reason is given, it is not sealed, sending is stopped, or the portal has begun to hand it
        over: then its bank may have it.
    """
    _require_person(by, "rails.take_file")
    Stop.objects.freeze()
    [file] = PaymentFile.objects.lock([file_id])
    if not reason.strip():
        raise CannotHandOver("Say why the bank's folder is not used.", code="reason-missing")
    if file.state != PaymentFile.SEALED:
        raise CannotHandOver(
            f"The file is {file.get_state_display().lower()}: only one that is sealed and was not begun to be handed over "
            "can be taken.",
            code="file-not-sealed",
        )
    stop = Stop.objects.over_file(file).first()
    if stop:
        raise CannotHandOver(f"Sending is stopped: {stop}.", code="sending-is-stopped")
    file.start_handing_over()
    file.lease_until, file.problem = None, ""
    file.save(update_fields=["state", "lease_until", "problem"])
    taken = HandOver.objects.create(file=file, reason=" ".join(reason.split())[:400], taken_by=by)
    changes = {"state": [PaymentFile.SEALED, file.state]}
    record("file.taken", [file_fact(file, changes, reason=taken.reason)], by=by)
    return taken


@transaction.atomic
def report_hand_over(
    hand_over_id, *, by, channel: str, document: tuple[str, bytes] | None, bank_reference=""
) -> HandOver:
    """
    Say how the bank got the file, with a document (name, content) that proves it; a second person confirms.

    :raises PermissionDenied: if `by` may not take files.
    :raises NotFound: if there is no such hand-over.
    :raises CannotDecideHandOver: if it was reported before or is over, or how, or the document, is missing.
    """
    _require_person(by, "rails.take_file")
    taken, file = _lock(hand_over_id, HandOver.Status.TAKEN)
    if not channel.strip() or document is None:
        raise CannotDecideHandOver("Say how the bank got it, and choose a document that proves it.", code="not-proven")
    try:
        taken.write_document(check_document(*document))
    except InvalidDocument as refusal:
        raise CannotDecideHandOver(str(refusal), code="document-not-taken") from None
    taken.channel, taken.bank_reference = channel.strip()[:140], bank_reference.strip()[:140]
    taken.status, taken.reported_by, taken.reported_at = HandOver.Status.REPORTED, by, database_now()
    taken.save()
    facts = {"channel": taken.channel, "bank_reference": taken.bank_reference, "document": taken.sha256}
    record("file.hand_over_reported", [file_fact(file, **facts)], by=by)
    return taken


@transaction.atomic
def confirm_hand_over(hand_over_id, *, by) -> PaymentFile:
    """
    Agree, as the second person, that the bank has the file: from then on it is handed over.

    :raises PermissionDenied: if `by` may not confirm hand-overs.
    :raises NotFound: if there is no such hand-over.
    :raises CannotDecideHandOver: if nothing was reported, it is over, or `by` took or reported it.
    """
    _require_person(by, "rails.confirm_hand_over")
    taken, file = _lock(hand_over_id, HandOver.Status.REPORTED, by=by)
    _decide(taken, HandOver.Status.CONFIRMED, by)
    note_handed_over(file, by=by, channel=taken.channel, bank_reference=taken.bank_reference, document=taken.sha256)
    return file


@transaction.atomic
def refuse_hand_over(hand_over_id, *, by, reason: str) -> HandOver:
    """
    Say, as the second person, that what was reported is not proven: the file stays with whoever took it.

    :raises PermissionDenied, NotFound, CannotDecideHandOver: as `confirm_hand_over` does; also if no reason is given.
    """
    _require_person(by, "rails.confirm_hand_over")
    taken, file = _lock(hand_over_id, HandOver.Status.REPORTED, by=by)
    _require_reason(reason)
    _decide(taken, HandOver.Status.REFUSED, by, reason)
    again = HandOver.objects.create(file=file, reason=taken.reason, taken_by=taken.taken_by)
    record("file.hand_over_refused", [file_fact(file, reason=taken.decided_reason)], by=by)
    return again


@transaction.atomic
def give_back_file(hand_over_id, *, by, reason: str) -> PaymentFile:
    """
    Say, as the second person, that the file did not get to the bank: the portal hands it over again.

    :raises PermissionDenied, NotFound, CannotDecideHandOver: as `confirm_hand_over` does; also if it was reported, or no
        reason is given.
    """
    _require_person(by, "rails.confirm_hand_over")
    taken, file = _lock(hand_over_id, HandOver.Status.TAKEN, by=by)
    _require_reason(reason)
    _decide(taken, HandOver.Status.GIVEN_BACK, by, reason)
    record("file.given_back", [file_fact(file, reason=taken.decided_reason)], by=by)
    nudge(jobs.hand_over_files)
    return file


@transaction.atomic
def open_hand_over_document(hand_over_id, *, by) -> tuple[HandOver, bytes]:
    """
    Return a hand-over with the document that proves it; that it was opened is recorded.

    :raises PermissionDenied: if `by` neither takes files nor confirms hand-overs.
    :raises NotFound: if there is none.
    """
    require_permission(by, "rails.confirm_hand_over" if by.has_perm("rails.confirm_hand_over") else "rails.take_file")
    found = HandOver.objects.filter(pk=hand_over_id).exclude(document=None).select_related("file").first()
    if found is None:
        raise NotFound("There is no such document.")
    [file] = PaymentFile.objects.lock([found.file_id])
    record("file.hand_over_document_opened", [file_fact(file, document=found.sha256)], by=by)
    return found, found.read_document()


def _lock(hand_over_id, status, *, by=None) -> tuple[HandOver, PaymentFile]:
    """Lock the file, then its hand-over, which must be at this point and not be the work of whoever decides about it."""
    file_id = HandOver.objects.filter(pk=hand_over_id).values_list("file", flat=True).first()
    if file_id is None:
        raise NotFound("There is no such hand-over.")
    [file] = PaymentFile.objects.lock([file_id])
    [taken] = HandOver.objects.lock([hand_over_id])
    if taken.status != status:
        raise CannotDecideHandOver(f"It is no longer so: {taken.get_status_display().lower()}.", code="decided-already")
    if by is not None:
        behind = {person for one in (taken.taken_by, taken.reported_by) if one for person in one.people_behind}
        if behind & set(by.people_behind):
            raise CannotDecideHandOver(
                "Another person decides about what you have taken or reported.", code="own-hand-over"
            )
    return taken, file


def _decide(taken, status, by, reason=""):
    taken.status, taken.decided_by, taken.decided_at = status, by, database_now()
    taken.decided_reason = " ".join(reason.split())[:400]
    taken.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])


def _require_reason(reason):
    if not reason.strip():
        raise CannotDecideHandOver("Say why.", code="reason-missing")


def _require_person(by, permission):
    require_permission(by, permission)
    if not by.people_behind:
        raise PermissionDenied("People bring files to a bank by hand, and no program.", permission=permission)
