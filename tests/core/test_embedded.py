"""
The embedded server, started for real in places that are hard for it. Each test makes a cluster, which takes about a
second.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from payouts_portal import embedded
from payouts_portal.embedded import LIBRARY, CannotStart, Cluster

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; from payouts_portal.embedded import Cluster; Cluster(sys.argv[1], durable=False).start()"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, which PostgreSQL refuses to run as")


def query(cluster, statement):
    with psycopg.connect(cluster.conninfo()) as connection:
        return connection.execute(statement).fetchone()[0]


def postmaster(cluster):
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def test_folder_with_spaces_and_quotes(place, make_cluster):
    cluster = make_cluster(place / "my 'portal' & \"co\", inc" / "pg")
    cluster.start()
    assert query(cluster, "SELECT 1") == 1
    assert Path(query(cluster, "SHOW data_directory")) == cluster.data


def test_long_path(place, make_cluster):
    cluster = make_cluster(place / "/".join(["a-folder-with-a-long-name"] * 6) / "pg")
    cluster.start()
    assert query(cluster, "SELECT 1") == 1


def test_socket_folder_is_closed_to_others(place, make_cluster):
    cluster = make_cluster(place / "pg")
    cluster.start()
    assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    assert query(cluster, "SHOW listen_addresses") == ""


def test_durable_unless_told_otherwise(place, make_cluster):
    cluster = make_cluster(place / "pg")
    cluster.durable = True
    cluster.start()
    settings = [query(cluster, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")]
    assert settings == ["on", "on", "on"]


def test_four_processes_start_one_server(place, make_cluster):
    cluster = make_cluster(place / "pg")
    starters = [subprocess.Popen([sys.executable, "-c", START, cluster.home], cwd=ROOT) for _ in range(4)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0, 0]
    assert query(cluster, "SELECT 1") == 1


def test_comes_back_after_kill_with_everything_committed(place, make_cluster):
    cluster = make_cluster(place / "pg")
    cluster.durable = True
    cluster.start()
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        os.kill(postmaster(cluster), signal.SIGKILL)
    cluster.start()
    assert query(cluster, "SELECT count(*) FROM kept") == 1000


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to adopt a process")
def test_dead_server_that_nobody_collects(place, make_cluster):
    cluster = make_cluster(place / "pg")
    prctl, adopt_orphans = ctypes.CDLL(None).prctl, 36  # linux/prctl.h, PR_SET_CHILD_SUBREAPER
    prctl(adopt_orphans, 1)
    try:
        cluster.start()
        server = psutil.Process(postmaster(cluster))
        assert server.ppid() == os.getpid()
        server.kill()
        while server.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        cluster.start()
        assert query(cluster, "SELECT 1") == 1
        assert server.status() == psutil.STATUS_ZOMBIE
    finally:
        cluster.stop()
        prctl(adopt_orphans, 0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass


def test_number_of_dead_server_taken_by_a_stranger(place, make_cluster):
    cluster = make_cluster(place / "pg")
    cluster.start()
    server = psutil.Process(postmaster(cluster))
    user = pwd.getpwuid(cluster.data.stat().st_uid)
    family = [server, *server.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # it has gone with the server
            process.kill()
    psutil.wait_procs(family, timeout=10)
    stranger = subprocess.Popen(["sleep", "60"], user=user.pw_uid if os.geteuid() == 0 else None)
    for file in (cluster.data / "postmaster.pid", cluster.socket_folder / ".s.PGSQL.5432.lock"):
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
    try:
        cluster.start()
        assert query(cluster, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_stop_and_start_again(place, make_cluster):
    cluster = make_cluster(place / "pg")
    cluster.start()
    cluster.stop()
    assert not cluster.answers()
    cluster.stop()
    cluster.start()
    assert cluster.answers()


def test_clients_are_counted(place, make_cluster):
    cluster = make_cluster(place / "pg")
    assert cluster.clients() == 0
    cluster.start()
    with psycopg.connect(cluster.conninfo()):
        assert cluster.clients() == 1
    deadline = time.monotonic() + 10
    while cluster.clients() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert cluster.clients() == 0


def test_says_why_it_does_not_start(place, make_cluster, monkeypatch):
    monkeypatch.setattr(embedded, "BETWEEN_STARTS_SECONDS", 0.01)
    cluster = make_cluster(place / "pg")
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(CannotStart, match="not compatible with this version"):
        cluster.start()
    (cluster.data / "PG_VERSION").write_text("18\n")


@as_root
def test_project_only_root_may_enter(place, make_cluster):
    closed = place / "root only"
    closed.mkdir(mode=0o700)
    cluster = make_cluster(closed / "project" / "var" / "pg")
    cluster.start()
    assert query(cluster, "SELECT 1") == 1
    assert cluster.place.is_relative_to(LIBRARY)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert psutil.Process(postmaster(cluster)).uids().real != 0


@as_root
def test_programs_only_root_may_run_are_copied(place, make_cluster, monkeypatch):
    monkeypatch.setattr(embedded, "LIBRARY", place / "library")
    monkeypatch.setattr(embedded, "_may_enter", lambda _: False)
    cluster = make_cluster(place / "pg")
    cluster.start()
    assert query(cluster, "SELECT 1") == 1
    assert Path(f"/proc/{postmaster(cluster)}/exe").readlink().is_relative_to(place / "library")


@as_root
def test_folder_closed_to_others_later(place, make_cluster):
    home = place / "project" / "pg"
    cluster = make_cluster(home)
    cluster.start()
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept ()")
    cluster.stop()
    (place / "project").chmod(0o700)
    cluster.start()
    assert query(cluster, "SELECT to_regclass('kept') IS NOT NULL")
    assert cluster.place.is_relative_to(LIBRARY)


@as_root
def test_copy_of_a_project_does_not_share_its_data(place, make_cluster):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = make_cluster(closed / "one" / "pg")
    cluster.start()
    cluster.stop()
    shutil.copytree(closed / "one", closed / "two", symlinks=True)
    with pytest.raises(CannotStart, match="is a copy of"):
        Cluster(closed / "two" / "pg", durable=False).start()
    (closed / "one").rename(closed / "moved")
    moved = Cluster(closed / "moved" / "pg", durable=False)
    moved.start()
    assert query(moved, "SELECT 1") == 1
    moved.stop()
    shutil.rmtree(moved.place)
