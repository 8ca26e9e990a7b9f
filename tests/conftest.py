"""Fixtures every test may use: the database, and what must hold after each test that touched it."""

import importlib.util

import pytest
from django.db import connection, connections

from tests import database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Have a fresh database for the session; its connections are the runtime role's."""
    with django_db_blocker.unblock():
        database.prepare()


@pytest.fixture
def committed_db(request, django_db_setup, django_db_blocker):
    """
    A database whose transactions really commit, for threads and other processes.

    The invariants are checked at the end; then a fresh clone takes its place. Close what other threads opened.
    """
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("committed_db takes the place of django_db and db", pytrace=False)
    with django_db_blocker.unblock():
        yield
        try:
            assert_invariants()
        finally:
            database.clone()


@pytest.fixture(autouse=True)
def invariants_hold(request):
    """After every test that used the database, whatever must never be false is true."""
    marker = request.node.get_closest_marker("django_db")
    if marker and (marker.args or marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        pytest.fail("use committed_db: the tables may not be truncated", pytrace=False)
    if not marker and "db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    yield
    if connection.connection is not None and not connection.needs_rollback:
        assert_invariants()


def assert_invariants():
    if importlib.util.find_spec("apps.audit.invariants") is None:
        return
    from apps.audit.invariants import violations

    found = list(violations())
    assert not found, found


def pytest_sessionfinish():
    connections.close_all()
