"""
The product's settings over a home and a database of their own: `TEST_DATABASE` names the database, and each process
of pytest-xdist adds its name to it.

Without DATABASE_URL the server is an embedded one that does not survive a power cut and is fast for it. Programs that
tests start inherit all of this through the environment.
"""

import os
from pathlib import Path

_home = Path(__file__).resolve().parent.parent / "var" / "test"
os.environ["PORTAL_HOME"] = str(_home)
os.environ["EMBEDDED_DURABLE"] = "false"
_template = os.environ.setdefault("TEST_TEMPLATE", os.environ.get("TEST_DATABASE", "payouts_test"))
_worker = os.environ.get("PYTEST_XDIST_WORKER")
os.environ["TEST_DATABASE"] = f"{_template}_{_worker}" if _worker else _template
os.environ["DATABASE_NAME"] = os.environ["TEST_DATABASE"]
os.environ["PORTAL_INSECURE_HTTP"] = "true"
os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"
os.environ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the thread of the tests
os.environ["EPOCH_FILE"] = str(_home / f"epoch-{os.environ['TEST_DATABASE']}.json")
os.environ["BANK_FOLDER"] = str(_home / "bank" / os.environ["TEST_DATABASE"])

from payouts_portal.settings import *  # noqa: E402, F403
from payouts_portal.settings import DATABASES, STORAGES  # noqa: E402

for _database in DATABASES.values():
    _database["NAME"] = os.environ["TEST_DATABASE"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEST_TEMPLATE = _template
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for invented passwords only
