"""The settings of the tests, with the simulator's command, a database of its own, and a bank's folder in memory where there is one."""

import os
from pathlib import Path

os.environ.setdefault("TEST_DATABASE", "payouts_simulator")

from tests.settings import *  # noqa: E402, F403
from tests.settings import BANK_FOLDER, DATABASES, EPOCH_FILE, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS += ["tests.simulator"]
_name = f"{os.environ['TEST_DATABASE']}_simulated"
for _database in DATABASES.values():
    _database["NAME"] = _name
EPOCH_FILE = EPOCH_FILE.with_name(f"epoch-{_name}.json")
BANK_FOLDER = BANK_FOLDER.with_name(_name)
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a folder of this database's name below it
    BANK_FOLDER = Path("/dev/shm") / _name  # noqa: S108
