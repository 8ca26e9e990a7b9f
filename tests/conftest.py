"""Fixtures every test may use: the database, and what must hold after each test that touched it."""

import gc
import os
import time

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django.plugin import blocking_manager_key

from tests import triple_run

if triple_run.SEED:  # before any test imports a job
    triple_run.install()

from apps.audit.invariants import violations  # noqa: E402
from tests import database, onlooker, processors, signing_in  # noqa: E402
from tests import standing as what_stands  # noqa: E402
from tests.browsers import CHROMIUM, launch_options, served  # noqa: E402
from tests.cast import *  # noqa: E402, F403 the cast is for every test

signing_in.install()


def pytest_configure(config):
    os.environ.setdefault("STEPS_FROM", str(int(time.time()) // 86400))  # the same for all who collect
    config.addinivalue_line(
        "markers", "except_invariants(*codes): tests one app without those above it, so these have nothing to compare"
    )
    config.addinivalue_line(
        "markers", "run_once: in triple-run mode (tests/triple_run.py) its jobs are run once all the same"
    )


def pytest_collection_finish():
    """Let the collector pass by what stays for the whole session, Django and thousands of tests, and come more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Have a fresh database for the session; its connections are the runtime role's."""
    with django_db_blocker.unblock():
        database.prepare()
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        processors.stay_on(int(worker.removeprefix("gw")))  # a server that was started just now is on all of them


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Clear away what the test does not stand on, before anything is set up for it."""
    with item.config.stash[blocking_manager_key].unblock():
        what_stands.keep(what_stands.levels_of(item))


@pytest.fixture
def standing(request, django_db_setup, django_db_blocker):
    """What the test stands on, by the names of fixtures: nothing, where it begins with an empty database."""
    wanted = what_stands.levels_of(request.node)
    if not wanted:
        return {}
    with django_db_blocker.unblock():
        what_stands.stand_on(wanted)
    return what_stands.copy(request.getfixturevalue("tmp_path"))


@pytest.fixture
def _django_db_helper(standing, _django_db_helper):
    """Begin the transaction of a test behind what it stands on."""


@pytest.fixture
def db(request):
    """The database: committed where the test asks for `committed_db`, else rolled back at the end."""
    name = "committed_db" if "committed_db" in request.fixturenames else "_django_db_helper"
    request.getfixturevalue(name)


@pytest.fixture
def committed_db(request, django_db_setup, django_db_blocker):
    """
    A database whose transactions really commit, for threads and other processes.

    The invariants are checked at the end; then it is made like new. Close what other threads opened.
    """
    if request.node.get_closest_marker("django_db"):
        pytest.fail("committed_db takes the place of django_db", pytrace=False)
    with django_db_blocker.unblock():
        yield
        try:
            assert_invariants(request, onlooker.violations_committed)
        finally:
            database.renew()


@pytest.fixture(autouse=bool(triple_run.SEED))
def marked_run_once(request):
    """Tell triple-run mode which tests are marked `run_once`."""
    triple_run.run_once = request.node.get_closest_marker("run_once") is not None


@pytest.fixture(autouse=True)
def invariants_hold(request):
    """After every test that used the database, whatever must never be false is true."""
    marker = request.node.get_closest_marker("django_db")
    if marker and (marker.args or marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        pytest.fail("use committed_db: the tables may not be truncated", pytrace=False)
    settings.EPOCH_FILE.unlink(missing_ok=True)  # it tells of another database than this test's
    if "committed_db" in request.fixturenames or not marker and "db" not in request.fixturenames:
        yield  # committed_db looks for itself
        return
    request.getfixturevalue("db")
    yield
    if connection.connection is not None and not connection.needs_rollback:
        assert_invariants(request)


def assert_invariants(request, look=violations):
    excepted = {code for marker in request.node.iter_markers("except_invariants") for code in marker.args}
    found = [violation for violation in look() if violation.code not in excepted]
    assert not found, found


@pytest.fixture
def site(committed_db):
    """The portal served over http by a thread of its own; the value is its address, without a slash at the end."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | launch_options()


@pytest.fixture(autouse=True)
def browsers_go_anywhere(request):
    """A browser is many processes, which work while the test waits for them."""
    if not request.node.get_closest_marker("browser"):
        yield
        return
    with processors.anywhere():
        yield


LONG = ("tests/failpoints/", "tests/races/", "tests/simulator/", "tests/kills/")
LONG_IN_BROWSER = (
    "tests/browser/test_accessibility.py",
    "tests/browser/days/test_treasurer.py",
    "tests/browser/test_golden",
)


def pytest_collection_modifyitems(items):
    files = {item.path: place for place, item in reversed([*enumerate(items)])}
    items.sort(key=lambda item: (files[item.path], len(what_stands.levels_of(item))))  # so that what stands may stay
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))  # so that nobody waits for them at the end
    in_browser = [item for item in items if item.get_closest_marker("browser")]
    in_browser.sort(key=lambda item: not item.nodeid.startswith(LONG_IN_BROWSER))
    # Last, since Playwright keeps an event loop running in this thread, and others start loops of their own.
    items[:] = [item for item in items if item not in in_browser] + in_browser
    if not in_browser or CHROMIUM:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("There is no Chromium, and CI must not skip the browser tests.")
    for item in in_browser:
        item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(report.longrepr)]
    if skipped:
        text = f"{len(skipped)} browser tests were skipped: install Chromium, or name it in CHROMIUM."
        terminalreporter.write_line(text, yellow=True)


def pytest_sessionfinish(session):
    onlooker.leave()
    with session.config.stash[blocking_manager_key].unblock():
        what_stands.keep([])
        database.leave()
    connections.close_all()
