"""What all slices of a machine come to."""

from collections import Counter
from statistics import median


def _simulator(slices):
    total = {name: sum(part[name] for part in slices) for name in ("schedules", "crashes", "payouts")}
    kinds = sum((Counter(part["rail_kinds"]) for part in slices), Counter())
    violations = [found for part in slices for found in part["violations"]]
    seeds = [slices[0]["first_seed"], slices[-1]["first_seed"] + slices[-1]["schedules"] - 1]
    return total | {
        "violations": len(violations),
        "seeds": seeds,
        "rail_kinds": dict(kinds),
        "seconds": _seconds(slices),
    }


def _seeded_bugs(slices):
    found = [part["schedules"] for part in slices if part["found"]]
    return {
        "bugs": len(slices),
        "found": len(found),
        "median_schedules": median(found) if found else None,
        "most_schedules": max(found, default=None),
        "not_found": [part["bug"] for part in slices if not part["found"]],
        "seconds": _seconds(slices),
    }


def _kills(slices):
    from tests.kills.__main__ import add_up

    return add_up(slices)


def _failpoints(slices):
    return {
        "cases": sum(part["cases"] for part in slices),
        "deaths": sum(part["deaths"] for part in slices),
        "problems": [problem for part in slices for problem in part["problems"]],
        "seconds": _seconds(slices),
    }


def _repeated(slices):
    return {"each": sum(part["each"] for part in slices), "seconds": _seconds(slices)}


def _seconds(slices):
    return round(sum(part["seconds"] for part in slices))


SUMS = {
    "simulator": _simulator,
    "seeded_bugs": _seeded_bugs,
    "kills": _kills,
    "failpoints": _failpoints,
    "races": _repeated,
    "file_crash_points": _repeated,
}
