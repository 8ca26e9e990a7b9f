"""
Measure a single POST of a payout next to a bare DRF view that validates and inserts one row, under the same web server.

    python -m tests.bench.api [--list FOLDER] [--rounds 7] [--requests 150]

Each round sends all kinds in turns, one request at a time and over four connections; what counts is the median over the
rounds of each round's ratio. A payout is one for a recipient who is known, or with a new one inline who is screened
against the whole list: the folder's sdn.csv, alt.csv and add.csv as OFAC publishes them, or an invented list of that size.
No two payouts to a recipient are of one amount: those would be held as likely duplicates.
Prints a table and one line of JSON. Database and platform are those of `make bench`.
"""

import argparse
import json
import os
import random
import sys
from itertools import count
from pathlib import Path
from statistics import median

MOST_TIMES_AS_LONG = 3
ENTRIES, ALIASES = 19_000, 20_000
"""How many parties and further names OFAC's list has."""
CONNECTIONS = (1, 4)


def main():
    options = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    options.add_argument("--list", type=Path, help="folder with OFAC's sdn.csv, alt.csv and add.csv")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--requests", type=int, default=150, help="of each kind in each round")
    given = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    import django

    django.setup()
    from django.conf import settings

    from tests.bench.__main__ import tell
    from tests.bench.client import answers, free_port
    from tests.bench.world import World, bank, provision, web

    tell("Preparing a database of its own, and the list")
    provision(settings.PORTAL_HOME / "lists")
    names = load_list(given.list or invent_list(settings.PORTAL_HOME / "lists" / "whole"))
    port, load_before = free_port(), os.getloadavg()[0]
    with bank():
        world = World()
    with web(port, lambda: answers(port)):
        tell(f"{given.rounds} rounds of {given.requests} requests of each kind")
        rounds = measure(port, world.token, given)
    found = judge(rounds) | {"names_listed": names, "cores": os.cpu_count(), "load_before": round(load_before, 2)}
    show(found)
    print(json.dumps(found))
    return 0 if found["met"] else 1


def load_list(folder) -> int:
    """Make a folder's list the one that is screened against; return how many names it has."""
    from apps.compliance.operations import load_watchlist
    from apps.core.permissions import SYSTEM

    return load_watchlist([folder / name for name in ("sdn.csv", "alt.csv", "add.csv")], by=SYSTEM).watchlist.names


def invent_list(folder):
    """Write a list as long as OFAC's in its format, always the same one; return its folder."""
    from tests.names import name

    chance = random.Random(1)
    folder.mkdir(parents=True, exist_ok=True)
    nothing = ",".join(["-0- "] * 7)
    entries = [f'{uid},"{_inverted(name(chance))}","individual","MADE",{nothing},-0- ' for uid in range(ENTRIES)]
    aliases = [f'{number % ENTRIES},{number},"aka","{_inverted(name(chance))}",-0- ' for number in range(ALIASES)]
    addresses = [f'{uid},{uid},"1 Nowhere Road","Port Null","United Kingdom",-0- ' for uid in range(ENTRIES)]
    for file, lines in (("sdn.csv", entries), ("alt.csv", aliases), ("add.csv", addresses)):
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _inverted(name) -> str:
    first, last = name.split()
    return f"{last.upper()}, {first}"


def measure(port, token, given) -> list[dict]:
    """Return the rounds: per kind and number of connections, requests per second and the milliseconds of the middle one."""
    from tests.bench.__main__ import payout, reference
    from tests.bench.client import Client, load

    known = [Client(port, token).post("/api/v1/recipients", somebody())["id"] for _ in range(200)]
    amounts = (f"{100 + cents // 100}.{cents % 100:02d}" for cents in count())
    kinds = {
        "bare insert": ("/bench/notes", lambda number: {"reference": reference(), "amount": 12550}),
        "known recipient": ("/api/v1/payouts", lambda number: payout(known[number % len(known)], next(amounts))),
        "new recipient": ("/api/v1/payouts", lambda number: payout(somebody())),
    }
    for path, body in kinds.values():  # until all processes have read what they read once, and all known are screened
        load(port, token, path, [body(number) for number in range(len(known))], connections=8)
    rounds = []
    for turn in range(given.rounds):
        rounds.append({})
        for connections in CONNECTIONS:
            for kind in _turned(list(kinds), turn):
                path, body = kinds[kind]
                bodies = [body(number) for number in range(given.requests)]
                per_second, seconds = load(port, token, path, bodies, connections)
                rounds[-1][kind, connections] = (per_second, median(seconds) * 1000)
    return rounds


def somebody():
    """Return a recipient with an account that nobody had, in runs before either."""
    from tests.bench.__main__ import recipient
    from tests.factories import iban

    return recipient() | {"method": {"type": "iban", "iban": iban(random.SystemRandom().randrange(10**10))}}


def _turned(kinds, turn):
    return kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]


def judge(rounds) -> dict:
    """Return the medians, how many times a bare insert each takes, and whether that is little enough."""
    rows = []
    for kind, connections in rounds[0]:
        mine = [one[kind, connections] for one in rounds]
        bare = [one["bare insert", connections] for one in rounds]
        rows.append(
            {
                "kind": kind,
                "connections": connections,
                "per_second": round(median(rate for rate, _ in mine)),
                "p50_ms": round(median(middle for _, middle in mine), 2),
                "times_p50": round(median(a / b for (_, a), (_, b) in zip(mine, bare, strict=True)), 2),
                "part_of_throughput": round(median(a / b for (a, _), (b, _) in zip(mine, bare, strict=True)), 3),
            }
        )
    rows.sort(key=lambda row: row["connections"])
    met = all(
        row["times_p50"] < MOST_TIMES_AS_LONG and row["part_of_throughput"] >= 1 / MOST_TIMES_AS_LONG for row in rows
    )
    return {"rows": rows, "met": met}


def show(found):
    print(f"\n{'':18}{'connections':>12}{'per second':>12}{'p50 ms':>9}{'× bare':>9}{'of bare rate':>14}")
    for row in found["rows"]:
        print(
            f"{row['kind']:18}{row['connections']:12}{row['per_second']:12}{row['p50_ms']:9.2f}{row['times_p50']:9.2f}"
            f"{row['part_of_throughput']:14.2f}"
        )
    verdict = "held" if found["met"] else "MISSED"
    print(f"{verdict}: p50 under {MOST_TIMES_AS_LONG} × a bare insert, and at least a third of its throughput")


if __name__ == "__main__":
    sys.exit(main())
