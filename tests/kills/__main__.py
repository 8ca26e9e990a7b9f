"""Let storms rage until enough was killed; print each, and at the end one line of JSON with their sum."""

import argparse
import fcntl
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from tests.kills.surroundings import surround

ROOT = Path(__file__).resolve().parent.parent.parent
OF_A_STORM = 100
"""Kills of one storm at most."""


def main(arguments=None) -> int:
    options = _parse(arguments)
    folder = surround(options.home.absolute())
    options.home.mkdir(parents=True, exist_ok=True)
    with (options.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"A storm rages in {options.home} already.", file=sys.stderr)
            return 2
        results = _rage(options, folder)
    total = add_up(results)
    print(json.dumps(total))
    return 0 if total["storms"] and not any(total["counts"].values()) else 1


def _rage(options, folder):
    import django

    django.setup()
    from tests.kills import faults, storm

    began, results, left = time.monotonic(), [], options.kills
    tell = (lambda line: print(f"{time.monotonic() - began:7.1f}  {line}", flush=True)) if options.trace else _quiet
    while left > 0 and not (results and options.seconds and time.monotonic() - began > options.seconds):
        kills, seed = min(left, OF_A_STORM), options.seed + len(results)
        result = storm.run(
            folder,
            seed,
            kills,
            databases=max(2, round(kills * 0.06)),
            stops=max(4, round(kills * 0.12)),
            measured=faults.MEASURED if options.measure is None else options.measure,
            patience_seconds=options.patience,
            pace=options.pace,
            tell=tell,
        )
        results.append(result)
        left -= kills
        _keep(options.results, result)
        print(f"{time.monotonic() - began:7.1f}  {json.dumps(result)}", file=sys.stderr, flush=True)
        if result["findings"]:
            print(f"What is left of storm {seed} lies in {folder}.", file=sys.stderr)
            break
    return results


def add_up(results) -> dict:
    """Return the sum of storms: what was killed, what it broke, and how soon work went on."""
    kills, stops, progress, counts, resumed = Counter(), Counter(), Counter(), Counter(), {}
    for result in results:
        kills.update(result["kills"])
        stops.update(result["stops"])
        progress.update(result["in_progress"])
        counts.update(result["counts"])
        for part, seconds in result["resumed"].items():
            resumed.setdefault(part, []).extend(seconds)
    return {
        "storms": len(results),
        "seeds": [result["seed"] for result in results],
        "kills": sum(kills.values()) - kills["database"],
        "databases": kills["database"],
        "stops": sum(stops.values()),
        "killed": dict(kills),
        "in_progress": dict(progress),
        "payouts": sum(result["payouts"] for result in results),
        "requests": sum(result["requests"] for result in results),
        "repeated_requests": sum(result["repeated_requests"] for result in results),
        "not_answered_in_time": sum(result.get("not_answered_in_time", 0) for result in results),
        "counts": dict(counts),
        "start_seconds": [result["start_seconds"] for result in results],
        "resumed_seconds": {part: _percentiles(sorted(seconds)) for part, seconds in resumed.items()},
        "seconds": round(sum(result["seconds"] for result in results), 1),
    }


def _percentiles(values):
    at = {"p50": 0.5, "p99": 0.99, "max": 1}
    return {"count": len(values)} | {name: values[round(part * (len(values) - 1))] for name, part in at.items()}


def _keep(path, result):
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as results:
            results.write(json.dumps(result) + "\n")
            results.flush()
            os.fsync(results.fileno())


def _quiet(line):
    """Print nothing."""


def _parse(arguments):
    parser = argparse.ArgumentParser("python -m tests.kills", description="Kill processes of the portal under load.")
    parser.add_argument("--seed", type=int, default=1, help="of the first storm; the next has the next (default 1)")
    parser.add_argument("--kills", type=int, default=100, help="how many processes to kill in all (default 100)")
    parser.add_argument("--for", type=float, dest="seconds", help="begin no storm after so many seconds")
    parser.add_argument(
        "--measure", nargs="*", help="parts whose kills are timed, in every storm; none if none is named"
    )
    parser.add_argument(
        "--patience", type=float, default=300, help="seconds to come to rest after a storm (default 300)"
    )
    parser.add_argument(
        "--pace", type=float, default=3, help="leave a process alone for so long at first (default 3 s)"
    )
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "kills", help="where database and files live")
    parser.add_argument("--results", type=Path, help="a file that gets a line of JSON for each storm")
    parser.add_argument("--trace", action="store_true", help="print every kill")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
