"""
The database under test: made once by the owner, kept as a template, cloned for every session and process.

A test that commits leaves rows behind. They are deleted afterwards, which takes a tenth of the time of a new clone; where
a test has changed more than rows, a new clone takes the database's place. The tests run as the runtime role, which may
neither truncate nor delete.
"""

import hashlib
import os
import subprocess
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from payouts_portal.database import provisioning
from tests import in_memory

ROOT = Path(__file__).resolve().parent.parent
SHAPES_THE_SCHEMA = (
    "apps/*/migrations/*.py",
    "apps/*/sql/*.sql",
    "apps/*/apps.py",
    "apps/**/models*.py",
    "apps/**/models/*.py",
    "payouts_portal/database/*.py",
    "uv.lock",
)
RENEW, LOOKS = ((ROOT / "tests" / name).read_text(encoding="utf-8") for name in ("renew.sql", "looks.sql"))
LARGEST_TO_RENEW = 32 * 1024 * 1024
"""A database that has grown larger than this is cloned anew: dead rows would slow down what comes after."""

ONLOOKER = "onlooker"
"""The session that may stay when the rows of a test are deleted: it holds nothing, and only looks."""

_new = []  # what a fresh clone looks like


def prepare():
    """Have the template of this version of the schema and a fresh clone of it."""
    prepare_template()
    clone()
    with _administrator(_name()) as administrator:
        _new.extend(_looks(administrator))


def prepare_template():
    """Have the template of this version of the schema, which takes a quarter of a minute when there is none yet."""
    if settings.CLUSTER:
        in_memory.make_room()
        provisioning.create_embedded_database(settings.CLUSTER, "postgres")
    with _administrator() as administrator:
        administrator.execute("SELECT pg_advisory_lock(hashtext(%s))", [settings.TEST_TEMPLATE])
        in_memory.prepare(administrator)
        if not _exists(administrator, _template()):
            _build_template(administrator)


def clone():
    """Replace the database by a fresh clone of the template."""
    connections.close_all()
    with _administrator() as administrator:
        _replace(administrator, _name(), _template())


def leave():
    """Remove the clone that `prepare` has made for this process: it takes memory."""
    if _new:
        connections.close_all()
        drop(_name())


def renew():
    """Bring the database back to what the template holds: by deleting rows, if nothing else was changed."""
    connections.close_all()
    with _administrator(_name()) as administrator:
        is_alone = _is_left_alone(administrator, but_for=ONLOOKER)
        if is_alone:
            administrator.execute(RENEW)
        is_like_new = is_alone and _looks(administrator) == _new
    if not is_like_new:
        clone()


def _is_left_alone(administrator, but_for="") -> bool:
    """Ask every other session to end, but for those with a name; return whether all did within a second."""
    for _ in range(20):
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid() AND application_name <> %s"
        )
        if not administrator.execute(others, [_name(), but_for or "nobody"]).fetchall():
            return True
        time.sleep(0.05)
    return False


def back_up(name="backup"):
    """Keep a copy of the database as it is now, under a name; whoever else is connected is asked to end."""
    connections.close_all()
    with _administrator(_name()) as administrator:
        _is_left_alone(administrator)
    with _administrator() as administrator:
        _replace(administrator, f"{_name()}_{name}", _name())


def bring_back(name):
    """Put a clone of a copy that was kept in the database's place."""
    connections.close_all()
    with _administrator() as administrator:
        _replace(administrator, _name(), f"{_name()}_{name}")


def forget(name):
    """Remove a copy that was kept."""
    drop(f"{_name()}_{name}")


def restore():
    """Put the copy that was kept in the database's place, once."""
    bring_back("backup")
    forget("backup")


def _replace(administrator, name, template):
    drop, create = "DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {} TEMPLATE {} OWNER {} {}"
    administrator.execute(sql.SQL(drop).format(sql.Identifier(name)))
    names = map(sql.Identifier, (name, template, _owner()))
    administrator.execute(sql.SQL(create).format(*names, in_memory.place(administrator)))


def drop(name):
    """Remove a clone that a process of its own had, and the copy that it kept."""
    with _administrator() as administrator:
        for one in (name, f"{name}_backup"):
            administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(one)))


def _build_template(administrator):
    unfinished = f"{settings.TEST_TEMPLATE}_building"
    outdated = "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)"
    for (name,) in administrator.execute(outdated, [unfinished, f"{settings.TEST_TEMPLATE}_template_"]).fetchall():
        administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    create, rename = "CREATE DATABASE {} OWNER {}", "ALTER DATABASE {} RENAME TO {}"
    administrator.execute(sql.SQL(create).format(sql.Identifier(unfinished), sql.Identifier(_owner())))
    template = _template()
    with _connected_to(unfinished):
        if source := settings.EMBEDDED and os.environ.get("TEMPLATE_FROM"):
            _copy(source, unfinished)
        else:
            if not settings.EMBEDDED:
                provisioning.create_runtime_role()
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        provisioning.grant_runtime_role("owner")
    administrator.execute(sql.SQL(rename).format(sql.Identifier(unfinished), sql.Identifier(template)))


def where_template_is() -> dict[str, str]:
    """Return the environment in which another server of this version copies the template: that takes a tenth of the time."""
    return {"TEMPLATE_FROM": settings.CLUSTER.conninfo(_template())} if settings.EMBEDDED else {}


def _copy(source, name):
    target, program = settings.CLUSTER.conninfo(name), settings.CLUSTER.program
    with TemporaryDirectory() as folder:
        for command in (
            ["pg_dump", "-Fd", "-f", f"{folder}/dump", source],
            ["pg_restore", "-d", target, f"{folder}/dump"],
        ):
            subprocess.run([program(command[0]), *command[1:]], check=True)


@contextmanager
def _connected_to(name):
    usual = _name()
    _point_to(name)
    try:
        yield
    finally:
        _point_to(usual)


def _point_to(name):
    connections.close_all()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name


def _looks(administrator) -> list:
    *state, size = administrator.execute(LOOKS).fetchone()
    return [*state, size > LARGEST_TO_RENEW]


@contextmanager
def _administrator(database="postgres"):
    """Connect as somebody who may create databases: to the server, or to one of its databases."""
    if settings.CLUSTER:
        parameters = {"conninfo": settings.CLUSTER.conninfo()}
    else:
        owner = connections["owner"].get_connection_params()
        parameters = {key: owner[key] for key in ("host", "port", "user", "password") if key in owner}
    parameters["dbname"] = database
    with psycopg.connect(**parameters, autocommit=True) as connection:
        yield connection


def _exists(administrator, name):
    return administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()


def _name():
    return settings.DATABASES["default"]["NAME"]


def _owner():
    return settings.DATABASES["owner"]["USER"]


@cache
def _template():
    """Name the template after all that shapes the schema, as it was when the session began."""
    digest = hashlib.sha256()
    for pattern in SHAPES_THE_SCHEMA:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return f"{settings.TEST_TEMPLATE}_template_{digest.hexdigest()[:12]}"


if __name__ == "__main__":
    import django

    django.setup()
    prepare_template()
