"""The product's settings over a home of its own, with the peer it is measured against."""

import os
from pathlib import Path

_var = Path(os.environ.get("PORTAL_HOME") or Path(__file__).resolve().parents[2] / "var")
os.environ["BENCH_RESULT"] = os.environ.get("BENCH_RESULT") or str(_var / "bench.json")
if _var.name != "bench":
    os.environ["PORTAL_HOME"] = str(_var / "bench")
os.environ["PORTAL_INSECURE_HTTP"] = "true"
os.environ["LOG_LEVEL"] = "WARNING"
os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"

from payouts_portal.settings import *  # noqa: E402, F403
from payouts_portal.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS += ["tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
