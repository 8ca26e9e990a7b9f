"""Embedded servers of a test's own."""

import os
import shutil
from pathlib import Path

import pytest

from payouts_portal.embedded import LIBRARY, Cluster


@pytest.fixture
def place():
    """An empty folder that everybody may pass through; pytest's own are closed to the server's user."""
    folder = Path(f"/var/tmp/payouts-test-{os.getpid()}")  # noqa: S108 (removed below)
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_cluster():
    made = []

    def make(home):
        made.append(Cluster(home, durable=False))
        return made[-1]

    yield make
    for cluster in made:
        if cluster.home.exists():
            cluster.stop()
            if cluster.place.is_relative_to(LIBRARY):
                shutil.rmtree(cluster.place)
