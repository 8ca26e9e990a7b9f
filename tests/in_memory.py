"""
Where clones of the template lie: in memory, where the machine has room for it.

A database is a thousand files. A disk takes half a second or more to make them, the longer the more were removed just
before; memory takes a thirtieth of that. The template stays on disk, and so does all that must survive.
"""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings
from psycopg import sql

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of this cluster's name below it
LEAST_FREE = 2 * 1024**3
ON_DISK, IN_MEMORY = (
    sql.SQL("TABLESPACE {} STRATEGY {}").format(sql.Identifier(space), sql.SQL(strategy))
    for space, strategy in (("pg_default", "wal_log"), ("in_memory", "file_copy"))
)


def make_room():
    """Have the folder before the server starts: what it has noted of lost databases it would write there once more."""
    if _is_wanted() and settings.CLUSTER.data.exists() and _has_room() and not _folder().exists():
        _make_folder()


def prepare(administrator):
    """Have the tablespace where there is room; what it held is gone once the machine was started anew."""
    if not _is_wanted():
        return
    administrator.execute("SELECT pg_advisory_lock(hashtext('in_memory'))")
    if _exists(administrator) and not _made().exists():
        _remove(administrator)
    if not _exists(administrator) and _has_room():
        shutil.rmtree(_folder(), ignore_errors=True)
        _make_folder()
        administrator.execute(sql.SQL("CREATE TABLESPACE in_memory LOCATION {}").format(str(_folder())))
        _made().touch()
    administrator.execute("SELECT pg_advisory_unlock(hashtext('in_memory'))")


def place(administrator) -> sql.Composable:
    """Return what CREATE DATABASE is told of where a clone is to lie."""
    return IN_MEMORY if _exists(administrator) and _has_room() else ON_DISK


def _exists(administrator) -> bool:
    return bool(administrator.execute("SELECT FROM pg_tablespace WHERE spcname = 'in_memory'").fetchall())


def _has_room() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= LEAST_FREE


def _is_wanted() -> bool:
    return bool(settings.CLUSTER) and not settings.CLUSTER.durable


def _folder() -> Path:
    digest = hashlib.sha256(os.fsencode(settings.CLUSTER.data)).hexdigest()[:16]
    return MEMORY / f"payouts-portal-{digest}"


def _made() -> Path:
    """Return the file which says that the tablespace's content is still there."""
    return _folder().with_suffix(".made")


def _make_folder():
    _folder().mkdir(mode=0o700, exist_ok=True)
    server = settings.CLUSTER.data.stat()
    os.chown(_folder(), server.st_uid, server.st_gid)


def _remove(administrator):
    lost = (
        "SELECT datname FROM pg_database JOIN pg_tablespace AS t ON t.oid = dattablespace WHERE spcname = 'in_memory'"
    )
    for (name,) in administrator.execute(lost).fetchall():
        administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    administrator.execute("DROP TABLESPACE in_memory")
