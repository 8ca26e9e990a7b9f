"""
Measure what a file of payouts costs: to be planned, and to be committed; and the memory of the process meanwhile.

    python -m tests.bench.plans [--rows 10000] [--format csv] [--known] [--all-or-nothing] [--only-plan] [--workers 1]

It is committed by two worker processes, as many as `manage.py worker` has, of which this is one. Memory is measured from the first thousand rows on: what is more at the end has grown with the rows. Database and platform
are those of `make bench`.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    options.add_argument("--known", action="store_true", help="pay recipients that are known already")
    options.add_argument("--all-or-nothing", action="store_true")
    options.add_argument("--only-plan", action="store_true", help="commit nothing")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--at", help=argparse.SUPPRESS)  # the plan that this process helps to commit
    given = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    import django

    django.setup()
    if given.at:
        _help(given.at)
        return
    from django.conf import settings

    from tests.bench.world import World, bank, provision

    provision(settings.PORTAL_HOME / "lists")
    with bank():
        world = World()
    print(json.dumps(measure(world, given), indent=2))


def measure(world, given) -> dict:
    """Return the seconds of each step and how many MiB the process grew by in it."""
    from apps.payouts.models import Payout, Plan
    from apps.payouts.operations import commit_plan, create_plan, read_plans
    from tests import factories

    maker, found = factories.key_of(world.partner)[0], {"rows": given.rows}
    small = _planned(_file(world, 1000, given, maker), world, "FIRST", maker)
    with _file(world, given.rows, given, maker) as file:
        base, start = _peak(), time.monotonic()
        plan = create_plan(world.partner.pk, "SECOND", file, by=maker)
    found["store"] = _since(start)
    start = time.monotonic()
    while read_plans():
        pass
    plan = Plan.objects.get(pk=plan.pk)
    assert (plan.status, plan.valid) == ("planned", given.rows), (plan.status, plan.valid, plan.problem)
    found |= {"plan": _since(start), "MiB more for planning": _peak() - base}
    if given.only_plan:
        return found | {"peak MiB": _peak()}
    mode = "all_or_nothing" if given.all_or_nothing else "valid_rows"
    for one in (small, plan):
        others = [_other(one) for _ in range(given.workers - 1)]
        base, start, used, used_there = _peak(), time.monotonic(), time.process_time(), _database_seconds()
        commit_plan(one.pk, by=maker, plan_hash=one.plan_hash, mode=mode)
        for other in others:
            other.stdin.close()
        _commit(one.pk)
        told = [json.loads(other.stdout.read()) for other in others]
    found |= {"commit": _since(start), "MiB more for committing": max([_peak() - base, *(one["MiB"] for one in told)])}
    python = time.process_time() - used + sum(one["seconds"] for one in told)
    found["processor seconds of Python, committing"] = round(python, 2)
    found["processor seconds of the database, committing"] = round(_database_seconds() - used_there, 2)
    made = Payout.objects.filter(batch__plan=plan).count()
    assert made == given.rows, made
    return found | {"rows a second, committed": round(given.rows / found["commit"]), "peak MiB": _peak()}


def _other(plan):
    """Return another worker, which begins to commit the plan as soon as its standard input is closed."""
    command = [sys.executable, "-m", "tests.bench.plans", "--at", str(plan.pk)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process


def _help(plan_id) -> None:
    """Commit the plan with others, and tell what that took here."""
    from django.db import connection

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()
    base, used = _peak(), time.process_time()
    _commit(plan_id)
    print(json.dumps({"seconds": time.process_time() - used, "MiB": _peak() - base}))


def _commit(plan_id) -> None:
    from apps.payouts.models import Plan
    from apps.payouts.operations import commit_plans

    while Plan.objects.committing().filter(pk=plan_id).exists():
        if not commit_plans():
            time.sleep(0.1)  # until it is nudged, or others are done


def _planned(file, world, reference, maker):
    from apps.payouts.models import Plan
    from apps.payouts.operations import create_plan, read_plans

    with file:
        plan = create_plan(world.partner.pk, reference, file, by=maker)
    read_plans()
    return Plan.objects.get(pk=plan.pk)


def _file(world, count, given, maker):
    """Return a file with so many rows; of people who are new, or of a thousand who are known."""
    known = _known(world, maker) if given.known else ()
    file = tempfile.TemporaryFile()  # noqa: SIM115  The caller closes it.
    if given.format == "csv":
        file.write(b"reference,amount,currency," + (b"recipient" if known else b"kind,name,country,iban") + b"\n")
    for number in range(count):
        row = {
            "reference": f"R-{count}-{number}",
            "amount": f"{100 + number % 50}.{number // 1000 % 100:02d}",
            "currency": "EUR",
        }
        row |= _payee(number, known)
        if given.format == "csv":
            file.write((",".join(row.values()) + "\n").encode())
        else:
            file.write(json.dumps(_nested(row)).encode() + b"\n")
    file.seek(0)
    return file


def _payee(number, known):
    from tests import factories

    if known:
        return {"recipient": known[number % len(known)]}
    return {"kind": "individual", "name": "Ada Quill", "country": "DE", "iban": factories.iban()}


def _nested(row):
    if "iban" not in row:
        return row
    payout = {name: row[name] for name in ("reference", "amount", "currency")}
    details = {name: row[name] for name in ("kind", "name", "country")}
    return payout | {"recipient": details | {"method": {"type": "iban", "iban": row["iban"]}}}


def _known(world, maker):
    from apps.recipients.operations import create_recipients
    from tests import factories

    made = create_recipients(world.partner.pk, [factories.recipient_draft() for _ in range(1000)], by=maker)
    return [recipient.public_id for recipient in made]


def _database_seconds() -> float:
    """Return for how long processors have worked in the database, all its processes together; it runs on this machine."""
    from django.db import connection

    connection.ensure_connection()
    server = int(_of_process(connection.connection.info.backend_pid)[1])
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    ended = _of_process(server)[11:15]  # its own time, and that of children that are gone
    ticks = [*ended, *(tick for child in children for tick in _of_process(child)[11:13])]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _of_process(pid) -> list[str]:
    """Return what /proc/PID/stat tells behind the name of a process, nothing of one that has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _since(start) -> float:
    return round(time.monotonic() - start, 2)


if __name__ == "__main__":
    main()
