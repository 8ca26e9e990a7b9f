"""
Roles, the database, and what the product may do in it.

Two roles share the work. The owner makes and changes tables. The product runs as `payouts_app`, which owns nothing:
it reads and writes rows, and cannot change a table, empty one, or switch a trigger off. Tables that apps list as
`append_only` in their AppConfig take new rows and never change one; those listed as `read_only` are written by database
functions of their app alone.
"""

from contextlib import contextmanager

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql

RUNTIME_ROLE = "payouts_app"
OWNER_ROLE = "payouts_owner"
READ_ONLY = ["django_migrations", "django_q_schedule"]
ONE_AT_A_TIME = 0x7061796F757473  # the number of the advisory lock


class CannotProvision(Exception):
    """The database cannot be made ready; the message says what its administrator has to do."""


def provision():
    """
    Have roles, database, tables and grants as this version of the code needs them; running it again changes nothing.

    :raises CannotProvision: if the owner's login may not do what is missing.
    """
    if settings.EMBEDDED:
        create_embedded_database(settings.CLUSTER, settings.DATABASES["owner"]["NAME"])
    with _one_at_a_time():
        if not settings.EMBEDDED:
            create_runtime_role()
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        grant_runtime_role("owner")


def create_embedded_database(cluster, name):
    """Start `cluster` and have its roles and the database `name`."""
    cluster.start()
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        for role in (OWNER_ROLE, RUNTIME_ROLE):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            command = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))


def grant_runtime_role(alias):
    """Give the runtime role its rights on every table there is, and no more."""
    restrictions = (
        ("UPDATE, DELETE", tables_listed("append_only")),
        ("INSERT, UPDATE, DELETE", tables_listed("read_only") + READ_ONLY),
    )
    role = sql.Identifier(RUNTIME_ROLE)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        for command in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(command).format(role=role))
        for rights, tables in restrictions:
            if tables:
                command = sql.SQL(f"REVOKE {rights} ON {{tables}} FROM {{role}}")
                cursor.execute(command.format(tables=sql.SQL(", ").join(map(sql.Identifier, tables)), role=role))


def tables_listed(name):
    """Return the tables that the AppConfigs list under `name`."""
    return [table for config in apps.get_app_configs() for table in getattr(config, name, ())]


def create_runtime_role():
    """Create the runtime role on a server of the customer's own and let the runtime's login act as it."""
    role, login = sql.Identifier(RUNTIME_ROLE), settings.DATABASES["default"]["USER"]
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [RUNTIME_ROLE])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
            cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [login, RUNTIME_ROLE])
            if not cursor.fetchone()[0]:
                cursor.execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(login)))
    except Exception as error:
        raise CannotProvision(
            f"{error}\nAsk the server's administrator to run:\n"
            f"  CREATE ROLE {RUNTIME_ROLE} NOLOGIN;\n  GRANT {RUNTIME_ROLE} TO {login};"
        ) from error


@contextmanager
def _one_at_a_time():
    """Hold a lock of the database while another session of this process changes it."""
    owner = connections["owner"]
    owner.ensure_connection()
    with psycopg.connect(**owner.get_connection_params() | {"cursor_factory": None, "context": None}) as connection:
        connection.autocommit = True
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield
