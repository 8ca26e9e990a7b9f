"""Between the cut-off and the bank."""

import hashlib
import re
from dataclasses import replace
from unittest.mock import patch

from apps.core.database import database_now
from apps.core.ids import new_reference
from apps.payouts import postings
from apps.payouts.operations import submit
from apps.rails.models import PaymentFile
from apps.rails.operations import files
from apps.rails.transports import folder
from tests.simulator.bugs.registry import bug, nothing_like


@bug
def mark_before_send():
    """A file counts as handed over before it is in the bank's folder."""

    def hand_over(file_id, *, by=files.SYSTEM):
        file = files._start_handing_over(file_id)
        if file.is_with_the_bank:
            return file
        file = files._finish_handing_over(file_id, by=by)
        folder.place(file.bank_account.path, file.file_name, file.read_content(), deadline=float("inf"))
        return file

    yield patch("apps.rails.operations.hand_over", hand_over)


@bug
def new_file_per_try():
    """A file that may have gone already is made anew under another name and message id."""

    def hand_over(file_id, *, by=files.SYSTEM):
        file = files._start_handing_over(file_id)
        if file.is_with_the_bank:
            return file
        fresh = re.sub(rb"FIL[0-9A-Z]{26}", new_reference("PO").encode(), file.read_content())
        name = f"{hashlib.sha256(fresh).hexdigest()[:20]}.xml"
        folder.place(file.bank_account.path, name, fresh, deadline=float("inf"))
        return files._finish_handing_over(file_id, by=by)

    yield patch("apps.rails.operations.hand_over", hand_over)


@bug
def new_end_to_end_id_per_attempt():
    """The bank sees another end-to-end id than the payout's own."""
    real = submit.instructions_of

    def instructions_of(file):
        return [replace(one, end_to_end_id=new_reference("PO")) for one in real(file)]

    yield patch.object(submit, "instructions_of", instructions_of)


@bug
def trouble_is_failure():
    """A file whose worker died on the way is given up: its payouts may be sent again."""

    def to_hand_over(self):
        return self.filter(lease_until=None, state__in=[PaymentFile.SEALED, PaymentFile.HANDING_OVER]).order_by("pk")

    yield patch("apps.rails.models.files.PaymentFileQuerySet.to_hand_over", to_hand_over)


@bug
def lease_for_ever():
    """Nobody takes over from a worker that died."""
    yield patch.object(files, "LEASE_SECONDS", 10**8)


@bug
def lease_ends_at_once():
    """Every worker may take over at any time."""
    yield patch.object(files, "LEASE_SECONDS", 1e-3)


@bug
def look_not_whether_the_bank_has_the_file():
    """A file is uploaded again though the bank has taken it to its archive."""
    yield patch.object(folder, "_lies_there", lambda *_: False)


@bug
def tell_only_once():
    """A worker that died while it told payouts is not followed by another."""

    def mark_file(file_id):
        PaymentFile.objects.filter(pk=file_id, told_at=None).update(told_at=database_now())
        return submit._mark_chunk(file_id)

    yield patch.object(submit, "_mark_file", mark_file)


@bug
def start_what_is_held():
    """Holds are not looked at when payouts are claimed."""

    def due(self, bank_account, now):
        return self.filter(bank_account=bank_account, status="scheduled", cut_off_at__lte=now).order_by("pk")

    yield patch("apps.payouts.models.payout.PayoutQuerySet.due", due)


@bug
def skip_the_last_screening():
    """A payout leaves on the screening of the day it was made."""
    yield patch.object(submit, "_pass_last_gates", lambda payouts: payouts)


@bug
def start_without_the_books():
    """Claiming a payout posts nothing."""
    yield patch.object(submit.postings, "submit", nothing_like(postings.submit))
    real = submit.post
    yield patch.object(submit, "post", lambda drafts: real([draft for draft in drafts if draft]))


@bug
def amounts_in_another_unit():
    """The amount of a large payment loses its last minor unit on the way to the bank."""
    real = submit.instructions_of

    def instructions_of(file):
        return [replace(one, amount=one.amount - (one.amount > 100_000)) for one in real(file)]

    yield patch.object(submit, "instructions_of", instructions_of)
