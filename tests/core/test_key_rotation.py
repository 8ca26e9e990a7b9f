"""Keys are changed while work is under way, and nothing is lost by it. A worker of its own takes three seconds to start."""

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest
from django.core.signing import BadSignature
from django.test import Client
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from apps.core import crypto
from apps.core.crypto import CannotDecrypt
from apps.core.queue import nudge
from apps.payouts.jobs import submit_due
from apps.payouts.models import Payout
from apps.payouts.operations import create_payouts
from apps.rails.models import PaymentFile
from apps.recipients.models import PayoutMethodVersion
from apps.users.models import User
from tests import factories
from tests.clocks import reach_cut_off
from tests.threads import at_once

ROOT = Path(__file__).resolve().parent.parent.parent
OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)
BEFORE, ANNOUNCED, ROTATED = [OLD], [OLD, NEW], [NEW, OLD]
"""The key ring at each stage: the new key decrypts everywhere before it encrypts anywhere."""

NEW_SECRET = "another secret " * 4


@pytest.fixture
def rotate(settings):
    """Put another secret into the place of the former one, which may be kept as a fallback."""

    def rotate(*, keep):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = NEW_SECRET

    return rotate


@pytest.mark.slow
def test_no_payout_is_lost_by_a_new_secret_while_nudges_wait(committed_db, platform, key, bank_account, settings):
    """The queue throws nudges away that another secret signed; the sweep makes others, since the rows are the work list."""
    payouts = create_payouts(platform.pk, [factories.payout_draft(amount=10_000 + n) for n in range(5)], by=key)
    reach_cut_off(bank_account, payouts)
    nudge(submit_due)
    signed = list(OrmQ.objects.values_list("pk", flat=True))
    assert signed

    changed = {"SECRET_KEY": NEW_SECRET, "SWEEP_SECONDS": "2", "WORKERS": "1", "BANK_FOLDER": str(settings.BANK_FOLDER)}
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=os.environ | changed)
    try:
        wait_until(lambda: not Payout.objects.exclude(status="sent").exists())
    finally:
        worker.terminate()
        worker.wait(60)
    assert not OrmQ.objects.filter(pk__in=signed).exists()
    assert PaymentFile.objects.get().transactions == 5


def test_a_nudge_of_another_secret_is_read_by_nobody(db, monkeypatch):
    """What the test above rests on: the queue knows no fallbacks."""
    nudge(submit_due)
    waiting = OrmQ.objects.get()
    assert waiting.task["args"] == (submit_due.job_name,)
    monkeypatch.setattr("django_q.conf.Conf.SECRET_KEY", NEW_SECRET)
    with pytest.raises(BadSignature):
        SignedPackage.loads(waiting.payload)


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 302)])
def test_people_stay_signed_in_while_the_former_secret_is_kept(operator, rotate, keep, status):
    client = Client()
    client.force_login(User.objects.get(pk=operator.pk))
    assert client.get("/admin/").status_code == 200
    rotate(keep=keep)
    assert client.get("/admin/").status_code == status


@pytest.mark.parametrize(("keep", "status"), [(True, 200), (False, 422)])
def test_pages_go_on_while_the_former_secret_is_kept(platform, rotate, keep, status):
    service, token = factories.key_of(platform)
    create_payouts(platform.pk, [factories.payout_draft() for _ in range(3)], by=service)
    address, headers = "/api/v1/payouts?limit=2", {"Authorization": f"Bearer {token}"}
    cursor = Client().get(address, headers=headers).json()["next_cursor"]
    rotate(keep=keep)
    assert Client().get(f"{address}&cursor={cursor}", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("writing", "reading"), [(BEFORE, ANNOUNCED), (ANNOUNCED, BEFORE), (ANNOUNCED, ROTATED), (ROTATED, ANNOUNCED)]
)
def test_processes_one_stage_apart_read_what_each_other_writes(settings, writing, reading):
    settings.FIELD_KEYS = writing
    blob = crypto.encrypt("DE00 invented", "here")
    settings.FIELD_KEYS = reading
    assert crypto.decrypt(blob, "here") == "DE00 invented"


def test_a_stage_that_is_left_out_leaves_unreadable_what_the_others_write(settings):
    """Why the new key is announced first, while processes of both kinds are at work."""
    settings.FIELD_KEYS = ROTATED
    blob = crypto.encrypt("DE00 invented", "here")
    settings.FIELD_KEYS = BEFORE
    with pytest.raises(CannotDecrypt):
        crypto.decrypt(blob, "here")


def test_every_account_number_is_read_while_the_ring_changes(committed_db, platform, key, settings):
    """Two write and two read all the time, until the ring has been changed in between."""
    settings.FIELD_KEYS = BEFORE + settings.FIELD_KEYS
    has_changed, known = Event(), settings.FIELD_KEYS[1:]
    read, written = [], []

    def change():
        try:
            for stage in (BEFORE, ANNOUNCED, ROTATED):
                settings.FIELD_KEYS = stage + known
                reads, writes = len(read) + 40, len(written) + 3  # two may have been begun before
                wait_until(lambda reads=reads, writes=writes: len(read) > reads and len(written) >= writes)
        finally:
            has_changed.set()

    def write():
        while not has_changed.is_set():
            create_payouts(platform.pk, [factories.payout_draft() for _ in range(3)], by=key)
            written.append(True)

    def look():
        while not has_changed.is_set():
            for version in PayoutMethodVersion.objects.order_by("?")[:20]:
                read.append(version.open_account()[-4:] == version.account_masked[-4:])

    at_once(change, write, write, look, look)
    assert all(read)
    first_keys = {bytes(blob[1:4]) for blob in PayoutMethodVersion.objects.values_list("account_ciphertext", flat=True)}
    assert first_keys == {b"old", b"new"}


def wait_until(condition):
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
