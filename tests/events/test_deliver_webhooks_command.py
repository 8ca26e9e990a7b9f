"""The dispatcher as a process of its own, killed and stopped. Starting Django three times is what takes the time."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now

from apps.events.models import Delivery, Event
from tests.events.conftest import endpoint_of, happen, platform, status

ROOT = Path(__file__).resolve().parents[2]


def start():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "manage.py", "deliver_webhooks"], cwd=ROOT, env=environment)


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 30 s"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_killed_dispatcher_loses_nothing_and_a_stopped_one_leaves_nothing_open(receiver):
    partner = platform()
    endpoint_of(partner, receiver)
    receiver.answers = [status(204, after=30)]
    happen(partner, "po_a")

    process = start()
    wait_until(lambda: receiver.received)
    process.kill()
    process.wait()
    assert Delivery.objects.get().status == "pending"

    happen(partner, "po_a", "po_b")
    Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
    receiver.answers = []
    process = start()
    wait_until(lambda: not Delivery.objects.exclude(status="delivered").exists())
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0

    first, again, *rest = receiver.ids()
    assert sorted([first, again, *rest]) == sorted(
        [event.public_id for event in Event.objects.filter(partner_id=partner.pk)] + [first]
    )
    assert receiver.ids().count(first) == 2
