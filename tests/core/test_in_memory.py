"""Clones that lie in memory, with a server of their own: where they are put, and what comes of a memory that is emptied."""

import os
import shutil
import signal
import time
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from tests import in_memory

pytestmark = [
    pytest.mark.slow,  # the server is made, killed and started again
    pytest.mark.skipif(not os.access(in_memory.MEMORY, os.W_OK), reason="needs a file system in memory"),
]


@pytest.fixture
def cluster(place, make_cluster, settings, monkeypatch):
    monkeypatch.setattr(in_memory, "LEAST_FREE", 1)
    settings.CLUSTER = cluster = make_cluster(place / "pg")
    cluster.start()
    yield cluster
    in_memory._made().unlink(missing_ok=True)
    shutil.rmtree(in_memory._folder(), ignore_errors=True)


@contextmanager
def administrator(cluster):
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        yield connection


def create(administrator, name):
    database = sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), in_memory.place(administrator))
    administrator.execute(database)


def databases(administrator) -> dict:
    """Return the tablespace of each database that a test has made."""
    found = "SELECT datname, spcname FROM pg_database JOIN pg_tablespace AS t ON t.oid = dattablespace WHERE datname LIKE 'a%'"
    return dict(administrator.execute(found).fetchall())


def test_a_clone_lies_in_memory_as_long_as_there_is_room(cluster, monkeypatch):
    with administrator(cluster) as one:
        in_memory.prepare(one)
        create(one, "a1")
        monkeypatch.setattr(in_memory, "LEAST_FREE", 2**62)
        create(one, "a2")
        one.execute(sql.SQL("CREATE DATABASE a3 TEMPLATE a1 {}").format(in_memory.place(one)))
        assert databases(one) == {"a1": "in_memory", "a2": "pg_default", "a3": "pg_default"}


def test_nothing_lies_in_memory_of_a_server_that_must_survive(cluster, monkeypatch):
    monkeypatch.setattr(cluster, "durable", True)
    with administrator(cluster) as one:
        in_memory.prepare(one)
        create(one, "a1")
        assert databases(one) == {"a1": "pg_default"}


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGQUIT])
def test_a_memory_that_was_emptied_costs_what_lay_there_and_no_more(cluster, end):
    """SIGQUIT ends the server without a checkpoint, so that it writes once more to what is gone when it starts."""
    with administrator(cluster) as one:
        one.execute("CREATE DATABASE a_on_disk")
        in_memory.prepare(one)
        create(one, "a1")
    with psycopg.connect(cluster.conninfo("a1"), autocommit=True) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE lost AS SELECT generate_series(1, 1000)")
        connection.execute("INSERT INTO lost SELECT generate_series(1, 1000)")
    end_of(cluster, end)
    in_memory._made().unlink()
    shutil.rmtree(in_memory._folder())

    in_memory.make_room()
    cluster.start()
    with administrator(cluster) as one:
        in_memory.prepare(one)
        assert databases(one) == {"a_on_disk": "pg_default"}
        create(one, "a1")
        in_memory.prepare(one)
        assert databases(one) == {"a_on_disk": "pg_default", "a1": "in_memory"}


def end_of(cluster, signal_number):
    """End the server by a signal, and wait until it has gone."""
    lock = cluster.data / "postmaster.pid"
    number = int(lock.read_text().splitlines()[0])
    os.kill(number, signal_number)
    deadline = time.monotonic() + 10
    while lock.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not lock.exists()
