"""
The worker as a real group of processes. Starting one takes about three seconds, so every test here is slow.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django_q.models import OrmQ

from apps.core import queue

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture
def worker(committed_db):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=os.environ | {"SWEEP_SECONDS": "3", "WORKERS": "2"},
        stderr=subprocess.PIPE,
        text=True,
    )
    yield psutil.Process(process.pid)
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:  # of a test that left it no queue to end in order
            for member in [*family, process]:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            process.wait(40)
    process.stderr.close()


def wait_until(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def nudged_and_done(minimum):
    """Say whether at least `minimum` nudges were made so far, and none waits."""
    return nudges_made() >= minimum and not OrmQ.objects.exists()


def nudges_made():
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM django_q_ormq_id_seq")
        return cursor.fetchone()[0]


def family(worker):
    return [worker, *worker.children(recursive=True)]


def members_of_queue(worker):
    """Return the processes below the queue's guard: two that run jobs, one that fetches, one that acknowledges."""
    queues = [process for process in worker.children() if process.name() == "queue"]
    return [member for queue in queues for guard in queue.children() for member in guard.children()]


def test_sweep_nudges_queue_runs_and_sigterm_ends_every_process(worker):
    wait_until(lambda: nudged_and_done(2 * len(queue.load_jobs())))
    # worker, queue, its guard, two that run jobs, one that fetches, one that acknowledges
    processes = wait_until(lambda: len(found := family(worker)) >= 7 and found)
    worker.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_sigkill_leaves_no_orphan(worker):
    wait_until(lambda: nudged_and_done(1))
    processes = family(worker)
    worker.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_queue_that_stands_still_is_started_anew(worker):
    """Killing an idle process of the queue may leave its lock held for ever; which one holds it cannot be seen."""
    wait_until(lambda: nudged_and_done(1))
    for process in worker.children(recursive=True):
        if process.ppid() != worker.pid:
            process.send_signal(signal.SIGSTOP)  # as dead as a held lock makes them
    made = wait_until(lambda: OrmQ.objects.order_by("pk").values_list("pk", flat=True).last())
    wait_until(lambda: nudged_and_done(made + 1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_queue_goes_on_after_one_of_its_processes_was_killed(worker):
    """The one that writes down what is done holds a lock while it waits; whoever takes its place would wait for ever."""
    wait_until(lambda: nudged_and_done(1))
    members = wait_until(lambda: len(found := members_of_queue(worker)) == 4 and found)
    writer = members[2]  # the guard starts it after the two that run jobs
    writer.kill()
    wait_until(lambda: writer not in members_of_queue(worker))
    since = nudges_made()
    wait_until(lambda: nudges_made() - since > OrmQ.objects.filter(pk__gt=since).count())
