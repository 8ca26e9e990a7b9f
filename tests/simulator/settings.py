"""The settings of the tests, with the simulator's command and a bank's folder in memory where there is one."""

import os
from pathlib import Path

os.environ.setdefault("TEST_DATABASE", "payouts_simulator")

from tests.settings import *  # noqa: E402, F403
from tests.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS += ["tests.simulator"]
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of this database's name below it
    BANK_FOLDER = str(Path("/dev/shm") / os.environ["TEST_DATABASE"])  # noqa: S108
