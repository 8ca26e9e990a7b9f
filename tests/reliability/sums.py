"""What all blocks of a machine come to."""

from collections import Counter
from statistics import median


def _simulator(blocks):
    total = {name: sum(block[name] for block in blocks) for name in ("schedules", "steps", "crashes", "payouts")}
    kinds = sum((Counter(block["rail_kinds"]) for block in blocks), Counter())
    return total | {
        "violations": sum(_count(block["violations"]) for block in blocks),
        "seeds": _seeds(blocks),
        "rail_kinds": dict(kinds),
        "seconds": _seconds(blocks),
    }


def _count(violations):
    return violations if isinstance(violations, int) else len(violations)


def _seeds(blocks):
    """Return the first and the last seed; each between them was run."""
    ends = [(block["first_seed"], block["first_seed"] + block["schedules"] - 1) for block in blocks]
    return [min(first for first, _ in ends), max(last for _, last in ends)] if ends else []


def _seeded_bugs(blocks):
    schedules, found = Counter(), set()
    for block in blocks:
        schedules[block["bug"]] += block["schedules"]
        if block["found"]:
            found.add(block["bug"])
    needed = [schedules[name] for name in found]
    return {
        "bugs": len(schedules),
        "bugs_found": len(found),
        "median_schedules": median(needed) if needed else None,
        "most_schedules": max(needed, default=None),
        "not_found": {name: schedules[name] for name in sorted(schedules.keys() - found)},
        "seconds": _seconds(blocks),
    }


def _kills(blocks):
    from tests.kills.__main__ import add_up

    total = add_up(blocks)
    return {
        "kills": total["kills"],
        "databases": total["databases"],
        "stops": total["stops"],
        "findings": {name: count for name, count in total["counts"].items() if count},
        "resumed_seconds": total["resumed_seconds"],
        "in_progress": total["in_progress"],
        "storms": total["storms"],
        "storm_payouts": total["payouts"],
        "not_answered_in_time": total["not_answered_in_time"],
        "seconds": round(total["seconds"]),
    }


def _failpoints(blocks):
    return {
        "cases": sum(block["cases"] for block in blocks),
        "deaths": sum(block["deaths"] for block in blocks),
        "problems": [problem for block in blocks for problem in block["problems"]],
        "seconds": _seconds(blocks),
    }


def _races(blocks):
    races = min(sum(block["each"] for block in blocks), sum(map(races_of_others, blocks)))
    return {"races_of_each_pair": races, "seconds": _seconds(blocks)}


def races_of_others(block) -> int:
    """
    Return how often a block has raced the pairs of whose actions only one has an effect where they meet.

    Before that was noted, it was a fifth of how often the others were raced.
    """
    return block.get("each_of_others", max(1, block["each"] // 5))


def _file_crash_points(blocks):
    return {"draws_of_each_point": sum(block["each"] for block in blocks), "seconds": _seconds(blocks)}


def _triple_run(blocks):
    return {
        "tests_run_thrice": sum(block["tests"] for block in blocks),
        "unsound_parts": [[block["seed"], block["part"]] for block in blocks if not block["sound"]],
        "seconds": _seconds(blocks),
    }


def _seconds(blocks):
    return round(sum(block.get("took") or block["seconds"] for block in blocks))


SUMS = {
    "simulator": _simulator,
    "seeded_bugs": _seeded_bugs,
    "kills": _kills,
    "failpoints": _failpoints,
    "races": _races,
    "file_crash_points": _file_crash_points,
    "triple_run": _triple_run,
}

HEADLINES = {
    "simulator": ("schedules", "crashes", "violations"),
    "seeded_bugs": ("bugs", "bugs_found"),
    "kills": ("kills", "databases", "stops", "findings", "resumed_seconds"),
    "failpoints": ("cases", "problems"),
    "races": ("races_of_each_pair",),
    "file_crash_points": ("draws_of_each_point",),
    "triple_run": ("tests_run_thrice", "unsound_parts"),
}


def words(total) -> str:
    """Return a sum as one row of the table that people read."""
    if not total["seconds"]:
        return "not run yet"
    shown = {name: value for name, value in total.items() if name != "seconds" and value not in ({}, [], None)}
    return f"{total['seconds']:>7} s  " + ", ".join(f"{name} {value}" for name, value in shown.items())


def sum_of_all(sums) -> dict:
    """Return what matters of every machine's sum, flat, and how long all have run."""
    flat = {name: sums[machine][name] for machine, names in HEADLINES.items() for name in names}
    return flat | {"seconds": sum(total["seconds"] for total in sums.values())}
