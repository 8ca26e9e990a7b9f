"""
Measure how many webhooks one dispatcher delivers to endpoints on this machine while one in a hundred of them hangs.

    python -m tests.bench.webhooks [--seed 1] [--endpoints 100] [--messages 60] [--dispatchers 1]

Prints one line of JSON. `missing`, `out_of_order` and `rolled_back_but_sent` have to be 0: every committed event came to
each endpoint that answers, the events of a subject in their order, and nothing of a transaction that was undone.
`cpu_seconds` is what the dispatchers used of the processor: on a machine that is busy otherwise it says more than the rate.
Database and platform are those of `make bench`.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from statistics import quantiles

import psutil

GOAL_PER_SECOND = 300
ENDPOINTS_OF_ONE = 20
SUBJECTS = 40


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--endpoints", type=int, default=100)
    options.add_argument("--messages", type=int, default=60, help="committed events for each endpoint")
    options.add_argument("--dispatchers", type=int, default=1)
    given = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.CLUSTER.start()
    call_command("setup", no_static=True, verbosity=0)
    found = measure(given)
    print(json.dumps(found))
    return 0 if found["met"] else 1


def measure(given) -> dict:
    """Return what one run came to."""
    from apps.core.supervisor import manage
    from tests.bench.client import answers, free_port
    from tests.bench.world import running

    chance, port = random.Random(given.seed), free_port()
    receivers = [sys.executable, "-m", "tests.bench.receiving", str(port)]
    with running(*receivers, ready=lambda: answers(port)), ExitStack() as dispatchers:
        platforms, hanging = set_up(given, port)
        committed, undone = happen(chance, platforms, given.messages)
        start, processes = time.time(), []
        for _ in range(given.dispatchers):
            process = psutil.Popen(manage("deliver_webhooks"), stdout=subprocess.DEVNULL)
            dispatchers.callback(process.kill)  # it would wait for the hanging ones until they are given up
            processes.append(process)
        wanted = sum(len(committed[partner]) * len(names) for partner, names in platforms.items())
        notes = _wait(port, wanted)
        used = sum(sum(process.cpu_times()[:2]) for process in processes)
    return judge(given, start, notes, platforms, hanging, committed, undone) | {"cpu_seconds": round(used, 1)}


def set_up(given, port):
    """Make platforms with endpoints; return ({partner id: names of endpoints that answer}, number of those that hang)."""
    from apps.core.permissions import SYSTEM
    from apps.events.models import Endpoint
    from apps.events.operations import create_endpoint
    from apps.partners.operations import create_partner

    Endpoint.objects.filter(status="active").update(status="disabled")  # of runs before
    every, platforms, partner = max(1, given.endpoints // max(1, given.endpoints // 100)), {}, None
    hanging = 0
    for number in range(given.endpoints):
        if number % ENDPOINTS_OF_ONE == 0:
            partner = create_partner(f"Webhooks {time.time():.0f}-{number}", "sandbox", by=SYSTEM)
            platforms[partner.pk] = []
        hangs = number % every == every - 1
        hanging += hangs
        url = f"http://127.0.0.1:{port}/{'hanging' if hangs else 'hooks'}/{number}"
        create_endpoint(partner.pk, url, ["*"], by=SYSTEM)
        if not hangs:
            platforms[partner.pk].append(str(number))
    return platforms, hanging


def happen(chance, platforms, messages):
    """Commit so many events of each platform, and undo some more; return the ids of both, by partner and all."""
    from django.db import transaction

    from apps.core.permissions import SYSTEM
    from apps.events.models import Event
    from apps.events.operations import Fact, record

    committed, undone = {partner: [] for partner in platforms}, set()
    prefix = f"po_{chance.getrandbits(40):x}"
    for partner in platforms:
        left = messages
        while left:
            count = min(left, chance.randint(1, 10))
            is_undone = chance.random() < 0.2
            subjects = chance.sample(range(SUBJECTS), count)
            with transaction.atomic():
                last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
                facts = [Fact(f"{prefix}{subject}{partner.hex[-6:]}", partner, {"n": subject}) for subject in subjects]
                record("payout.created", facts, by=SYSTEM)
                ids = [event.public_id for event in Event.objects.filter(id__gt=last).order_by("id")]
                transaction.set_rollback(is_undone)
            if is_undone:
                undone |= set(ids)
            else:
                committed[partner] += ids
                left -= count
    return committed, undone


def judge(given, start, notes, platforms, hanging, committed, undone) -> dict:
    """Return the figures, and whether they are what was promised."""
    heard, lines = {}, {}
    for name, subject, sequence, uid, _ in notes:
        heard.setdefault(name, set()).add(uid)
        lines.setdefault((name, subject), []).append(sequence)
    missing = sum(
        len(set(committed[partner]) - heard.get(name, set())) for partner, names in platforms.items() for name in names
    )
    seconds = [at - start for *_, at in notes]
    per_second = len(notes) / (max(seconds) - min(seconds))  # without the start of the process
    found = {
        "seed": given.seed,
        "cores": os.cpu_count(),
        "dispatchers": given.dispatchers,
        "endpoints": given.endpoints,
        "hanging": hanging,
        "delivered": len(notes),
        "per_second": round(per_second),
        "seconds_p50": round(quantiles(seconds, n=100)[49], 2),
        "seconds_p99": round(quantiles(seconds, n=100)[98], 2),
        "missing": missing,
        "out_of_order": sum(line != sorted(line) for line in lines.values()),
        "rolled_back_but_sent": len({uid for uids in heard.values() for uid in uids} & undone),
    }
    wrong = missing or found["out_of_order"] or found["rolled_back_but_sent"]
    return found | {"goal_per_second": GOAL_PER_SECOND, "met": not wrong and per_second >= GOAL_PER_SECOND}


def _wait(port, wanted, seconds=120):
    """Return what was noted, once it is as much as wanted or nothing more comes."""
    deadline, notes = time.monotonic() + seconds, []
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/notes") as answer:  # noqa: S310  The address is our own.
            notes = json.load(answer)
        if len(notes) >= wanted:
            break
        time.sleep(1)
    return notes


if __name__ == "__main__":
    sys.exit(main())
