"""
Processes that keep others running, and the worker's, which also notices when the queue stands still.

django-q2 stops without a word when a process is killed that holds a lock of the queue, as one does that waits for work.
Every process of the queue therefore leaves a sign of life. When one was killed that may have held a lock, or when nudges
wait and nobody works on any, the whole group is started anew. Children end with their parent, also when it is killed.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext, suppress
from datetime import timedelta
from multiprocessing.util import Finalize, register_after_fork
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from django_q.cluster import Cluster
from django_q.signals import post_execute_in_worker, pre_execute

from apps.core import queue

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
GRACE_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30
LONGEST_START_SECONDS = 120
LONGEST_WAIT = timedelta(seconds=8)
SIGNS_PREFIX = "payouts-worker-"
BUSY, IDLE = "busy", "idle"
RUNNING, UNCOLLECTED, GONE = "running", "uncollected", "gone"
LONGEST_COLLECTING_SECONDS = 2


class Child:
    """One program that should run, in a process group of its own; what it prints goes to `log_file` if there is one."""

    def __init__(self, name, command, *, log_file=None, **environment):
        self.name = name
        self.command = command
        self.log_file = log_file
        self.environment = os.environ | environment
        self.process = None
        self.started_at = 0
        self.pause_seconds = 0

    def keep_running(self):
        """Start the program if it does not run; one that ends at once is started ever more rarely."""
        if self.process:
            if self.process.poll() is None:
                return
            lived_seconds = time.monotonic() - self.started_at
            if lived_seconds < self.pause_seconds:
                return
            log.error("%s ended with %s and is started again", self.name, self.process.returncode)
            self.kill_group()
            self.pause_seconds = 0 if lived_seconds > 60 else min(2 * self.pause_seconds + 1, LONGEST_PAUSE_SECONDS)
        self.process = self.start()
        self.started_at = time.monotonic()

    def start(self):
        supervisor = os.getpid()
        with self.log_file.open("ab") if self.log_file else nullcontext() as output:
            return subprocess.Popen(
                self.command,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(supervisor),  # safe: a supervisor has a single thread
            )

    def ask_to_stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def stop(self, grace_seconds=GRACE_SECONDS):
        """Ask the command to stop, and kill what is left of its group after `grace_seconds`."""
        if not self.process:
            return
        self.ask_to_stop()
        try:
            self.process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop and is killed", self.name)
        self.kill_group()
        self.process.wait()
        self.process = None

    def kill_group(self):
        with suppress(ProcessLookupError):  # nobody is left
            os.killpg(self.process.pid, signal.SIGKILL)


class Copy(Child):
    """A child that runs a function in a copy of this process, which has a single thread; `ps` shows it by its name."""

    def __init__(self, name, work):
        super().__init__(name, None)
        self.work = work

    def start(self):
        return Copied(self.name, self.work)


class Copied:
    """A copy of this process, as `subprocess.Popen` would show it."""

    def __init__(self, name, work):
        connections.close_all()  # a connection is for one process
        context, supervisor = multiprocessing.get_context("fork"), os.getpid()
        self.process = context.Process(target=_run_in_copy, args=(name, work, supervisor), name=name)
        self.process.start()
        self.pid = self.process.pid
        with suppress(PermissionError, ProcessLookupError):  # it has done so itself, or ended
            os.setpgid(self.pid, self.pid)

    @property
    def returncode(self):
        return self.process.exitcode

    def poll(self):
        return self.process.exitcode

    def wait(self, seconds=None):
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired(self.process.name, seconds)

    def terminate(self):
        self.process.terminate()


def _run_in_copy(name, work, supervisor):
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with suppress(PermissionError):  # the supervisor was quicker
        os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())
    die_with_parent(supervisor)
    work()


def manage(*arguments):
    """Return the command line of a `manage.py` command."""
    return [sys.executable, settings.BASE_DIR / "manage.py", *arguments]


def run_children(children, watch=lambda: None):
    """Keep `children` running and call `watch` about twice a second, until SIGTERM or Ctrl-C stops them all."""
    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    try:
        while not stopping:
            for child in children:
                child.keep_running()
            watch()
            time.sleep(0.5)
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


class Worker:
    """Runs the queue, the dispatcher of webhooks and the sweep."""

    def run(self):
        with tempfile.TemporaryDirectory(prefix=f"{SIGNS_PREFIX}{os.getpid()}-") as folder:
            self.signs = Path(folder)
            self.next_sweep = 0
            self.uncollected = {}
            self.queue = Copy("queue", lambda: run_queue(self.signs))
            children = [self.queue]
            if "deliver_webhooks" in get_commands():
                children.append(Copy("webhooks", lambda: call_command("deliver_webhooks")))
            run_children(children, self.watch)

    def watch(self):
        if self.has_lost_a_process():
            self.start_queue_anew("A process of the queue was killed; the whole queue is started anew")
        try:
            close_old_connections()
            if time.monotonic() >= self.next_sweep:
                self.next_sweep = time.monotonic() + settings.SWEEP_SECONDS
                queue.sweep()
            if self.stands_still():
                self.start_queue_anew("The queue stands still and is started anew")
        except DatabaseError as error:
            log.error("The database does not answer: %s", str(error).strip())

    def has_lost_a_process(self):
        """
        Say whether a process of the queue was killed that may have held a lock.

        One that waited may have. One that was at work has not, unless the guard, which should collect it and start
        another one, waits for a lock of it itself.
        """
        for sign in self.signs.iterdir():
            state = _state(sign)
            if state == RUNNING:
                continue
            is_of_this_queue = _age_seconds(sign) < time.monotonic() - self.queue.started_at
            if is_of_this_queue and _read(sign) == IDLE:
                return True
            if not is_of_this_queue or state == GONE:
                sign.unlink(missing_ok=True)
            elif time.monotonic() - self.uncollected.setdefault(sign, time.monotonic()) > LONGEST_COLLECTING_SECONDS:
                return True
        return False

    def start_queue_anew(self, why):
        log.error(why)
        self.queue.stop(grace_seconds=1)
        self.uncollected.clear()
        for sign in self.signs.iterdir():
            sign.unlink(missing_ok=True)
        self.next_sweep = 0

    def stands_still(self):
        """Say whether nudges wait although no process is at work and none has been lately."""
        signs = list(self.signs.iterdir())
        if not signs and time.monotonic() - self.queue.started_at < LONGEST_START_SECONDS:
            return False
        return queue.longest_wait() > LONGEST_WAIT and not any(_at_work(sign) for sign in signs)


def die_with_parent(parent):
    """Have Linux kill this process when the process `parent`, which started it, ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def run_queue(signs: Path):
    """Run django-q2's cluster; every process of it ends with its parent and shows in the folder `signs` that it lives."""
    parents = []
    os.register_at_fork(
        before=lambda: parents.append(os.getpid()),
        after_in_parent=parents.clear,
        after_in_child=lambda: die_with_parent(parents.pop()),
    )
    life = Life(signs)
    register_after_fork(life, Life.show)
    pre_execute.connect(life.show_busy)
    post_execute_in_worker.connect(life.show_idle)
    Cluster().start()


class Life:
    """The signs that processes of the queue leave of their lives, each in a file named by its id."""

    def __init__(self, folder: Path):
        self.folder = folder

    def show(self):
        """Leave a sign that goes when this process ends by itself: after its share of jobs, or by an error."""
        self.show_idle()
        Finalize(None, lambda: self.sign.unlink(missing_ok=True), exitpriority=1)

    def show_busy(self, **_):
        self.sign.write_text(BUSY)

    def show_idle(self, **_):
        self.sign.write_text(IDLE)

    @property
    def sign(self):
        return self.folder / str(os.getpid())


def _read(sign):
    """Return what stands in a sign: nothing if it was just taken away, or is being written."""
    with suppress(FileNotFoundError):
        return sign.read_text()
    return ""


def _state(sign):
    """Say how it stands with the process that left `sign`; only Linux tells of one that nobody has collected."""
    try:
        os.kill(int(sign.name), 0)
        if (
            sys.platform == "linux"
            and Path("/proc", sign.name, "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        ):
            return UNCOLLECTED
    except (ProcessLookupError, FileNotFoundError):
        return GONE
    return RUNNING


def _age_seconds(sign):
    with suppress(FileNotFoundError):
        return time.time() - sign.stat().st_mtime
    return float("inf")


def _at_work(sign):
    """Say whether the process that left `sign` is busy, within the time a job has, or was a moment ago."""
    allowed_seconds = settings.Q_CLUSTER["timeout"] + 15 if _read(sign) == BUSY else LONGEST_WAIT.total_seconds()
    return _state(sign) == RUNNING and _age_seconds(sign) < allowed_seconds
