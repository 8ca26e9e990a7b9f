"""The settings of the tests, with a database of its own and a bank's folder in memory where there is one."""

import os
from pathlib import Path

os.environ.setdefault("TEST_DATABASE", "payouts_failpoints")

from tests.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver"]
BANK_FOLDER = Path(BANK_FOLDER)  # noqa: F405
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of this database's name below it
    BANK_FOLDER = Path("/dev/shm") / os.environ["TEST_DATABASE"]  # noqa: S108
