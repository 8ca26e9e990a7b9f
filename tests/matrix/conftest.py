"""One world for all cases, made once: each case begins from it and is rolled back."""

from contextlib import contextmanager

import pytest
from django.db import transaction

from apps.users.roles import ROLES
from tests.matrix.world import World

NOBODY = "nobody"
"""Somebody who is signed in and holds no role."""
EVERYBODY = (*ROLES, NOBODY)


@contextmanager
def rolled_back():
    """Take back whatever happens inside, as if it were a test of its own."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), rolled_back():
        yield World(tmp_path_factory.mktemp("lists"))
