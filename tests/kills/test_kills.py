"""
A small storm: real processes are killed under load, and in the end nothing is lost, doubled or invented.

It is slow because it starts the whole portal, whose programs take seconds to start, and lets days pass at the bank.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import database, processors
from tests.kills.__main__ import add_up

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / "var" / "test" / "kills"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_thirty_kills_lose_nothing_and_double_nothing(django_db_setup):
    seed = int(os.environ.get("KILLS_SEED", 1))
    command = [sys.executable, "-m", "tests.kills", "--seed", str(seed), "--kills", "30", "--home", HOME]
    command += ["--pace", "0.3", "--measure"]  # nothing is timed here, where other tests run beside
    environment = os.environ | {"SWEEP_SECONDS": "1"} | database.where_template_is()
    with processors.anywhere():
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.stdout, ran.stderr
    total = json.loads(ran.stdout.splitlines()[-1])
    assert ran.returncode == 0, ran.stderr[-8000:]
    assert (total["kills"], total["databases"], total["stops"]) == (30, 2, 4)
    assert total["payouts"] > 0 and not any(total["counts"].values())


def test_storms_add_up():
    storm = {
        "seed": 1,
        "kills": {"worker": 3, "database": 1},
        "stops": {"web": 1},
        "in_progress": {"sending": 1},
        "counts": {"double": 0, "lost": 1},
        "resumed": {"worker": [1.0, 3.0]},
        "payouts": 10,
        "requests": 9,
        "repeated_requests": 2,
        "start_seconds": 5,
        "seconds": 60,
    }
    total = add_up([storm, storm | {"seed": 2, "resumed": {"worker": [2.0]}}])
    assert (total["seeds"], total["kills"], total["databases"], total["stops"]) == ([1, 2], 6, 2, 2)
    assert total["counts"] == {"double": 0, "lost": 2}
    assert total["resumed_seconds"] == {"worker": {"count": 3, "p50": 2.0, "p99": 3.0, "max": 3.0}}
