"""The programs of a portal and the processes they consist of, by the part that each plays."""

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings

from apps.core.supervisor import SIGNS_PREFIX, Child, manage

_READ = 0
"""A system call of Linux on x86-64: an idle process of the queue that reads holds the queue's lock, the others wait for it."""


class Portal:
    """Everything that runs during a storm; whatever its own supervisor does not start again is started here."""

    def __init__(self, stage):
        self.stage = stage
        surroundings = {
            "DJANGO_SETTINGS_MODULE": "payouts_portal.settings",
            "SANDBOX_INSTANT_PORT": str(stage.instant_port),
        }
        web = [sys.executable, "-m", "gunicorn", "payouts_portal.wsgi", "--bind", f"127.0.0.1:{stage.web_port}"]
        web += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning"]
        receiver = [sys.executable, "-m", "tests.kills.receiver", str(stage.receiver_port), str(stage.folder)]
        commands = {
            "receiver": receiver,
            "web": web,
            "worker": manage("worker"),
            "bank": manage("sandbox_bank"),
            "instant bank": manage("sandbox_instant_bank"),
        }
        self.children = {name: self._child(name, command, surroundings) for name, command in commands.items()}
        self.platform = self._child("platform", [sys.executable, "-m", "tests.kills.platform", self._letter()], {})

    def _child(self, name, command, surroundings):
        return Child(name, command, log_file=self.stage.folder / f"{name.replace(' ', '-')}.log", **surroundings)

    def _letter(self):
        path = self.stage.folder / "platform.json"
        path.write_text(json.dumps(self.stage.for_platform()))
        return str(path)

    def keep_running(self):
        """Start what has ended, at once; a supervisor that waits ever longer would only make the storm longer."""
        for child in self.children.values():
            child.pause_seconds = 0
            child.keep_running()

    def end(self):
        """Kill everything; who is below these ends with them."""
        for child in (self.platform, *self.children.values()):
            if child.process:
                child.kill_group()
                child.process.wait()

    def find(self, part) -> list[psutil.Process]:
        """Return the processes that play a part now; none while it is being started again."""
        with suppress(psutil.NoSuchProcess):
            return PARTS[part](self)
        return []

    def child(self, name):
        process = self.children[name].process
        return [psutil.Process(process.pid)] if process and process.poll() is None else []

    def below(self, name, called=""):
        """Return the direct children of a program, or those that are called so."""
        return [process for parent in self.child(name) for process in parent.children() if _is_called(process, called)]

    def guards(self):
        return [guard for queue in self.find("queue") for guard in queue.children()]

    def members(self):
        return [member for guard in self.guards() for member in guard.children()]

    def signs(self):
        """Return what each process of the queue says of itself, `busy` or `idle`, and since when, by its id."""
        found = {}
        for worker in self.child("worker"):
            for sign in Path(tempfile.gettempdir()).glob(f"{SIGNS_PREFIX}{worker.pid}-*/*"):
                with suppress(OSError):
                    found[int(sign.name)] = sign.read_text(), sign.stat().st_mtime
        return found

    def members_that_are(self, sign):
        """Return the processes below the guard that are `busy`, or those that are `idle`."""
        signs = self.signs()
        return [member for member in self.members() if signs.get(member.pid, ("", 0))[0] == sign]

    def lock_holders(self):
        """Return the idle process that holds the lock of the queue, when it can be told."""
        return [process for process in self.members_that_are("idle") if _system_call(process.pid) == _READ]


def _is_called(process, name):
    with suppress(psutil.NoSuchProcess):
        return process.name() == name or not name
    return False


def _system_call(pid):
    with suppress(OSError, ValueError):
        return int(Path(f"/proc/{pid}/syscall").read_text().split()[0])
    return None


def database_processes() -> list[psutil.Process]:
    """Return the database server and all that it has started; nothing while it is down."""
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        postmaster = psutil.Process(int((settings.CLUSTER.data / "postmaster.pid").read_text().splitlines()[0]))
        if any("postgres" in argument for argument in postmaster.cmdline()):
            return [postmaster, *postmaster.children()]
    return []


PARTS = {
    "job runner": lambda portal: portal.members_that_are("busy"),
    "lock holder": Portal.lock_holders,
    "queue member": Portal.members,
    "queue guard": Portal.guards,
    "queue": lambda portal: portal.below("worker", "queue"),
    "worker": lambda portal: portal.child("worker"),
    "webhooks": lambda portal: portal.below("worker", "webhooks"),
    "web": lambda portal: portal.child("web"),
    "web process": lambda portal: portal.below("web"),
    "bank": lambda portal: portal.child("bank"),
    "instant bank": lambda portal: portal.child("instant bank"),
}


def is_there(process: psutil.Process, age_seconds=0) -> bool:
    """Tell whether a process still is the one it was, is no zombie, and began so long ago."""
    with suppress(psutil.NoSuchProcess):
        is_old = time.time() - process.create_time() >= age_seconds
        return is_old and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def signal_all(processes, number) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
