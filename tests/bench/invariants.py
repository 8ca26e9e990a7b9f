"""What it costs to check the invariants on so many entries of the ledger: `python -m tests.bench.invariants --entries 1000000`."""

import argparse
import json
import os
import subprocess
import sys
import time

PAYOUTS = 10_000
"""So many are paid by one process, from created to reconciled, until there are enough entries."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--entries", type=int, default=1_000_000, help="pay people until the ledger has so many entries"
    )
    parser.add_argument("--each", action="store_true", help="measure each invariant alone, too")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    import django

    django.setup()
    from django.conf import settings

    from tests.bench.world import provision

    provision(settings.PORTAL_HOME / "lists")
    fill(options.entries)
    print(json.dumps(measure(options.each)))


def fill(entries):
    """Pay people by the product itself, so that what is checked is what it writes."""
    from apps.ledger.models import Entry

    while (missing := entries - Entry.objects.count()) > 0:
        print(f"{missing:,} entries are missing", file=sys.stderr)
        command = [sys.executable, "-m", "tests.bench.road", str(PAYOUTS)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(each):
    from django.core.management import call_command
    from django.db import connections

    from apps.audit.invariants import (
        SHARED,
        file_violations,
        invariants,
        violations,
        violations_at_scale,
        violations_soonest,
    )
    from apps.events.models import Event
    from apps.ledger.models import Entry
    from apps.payouts.models import Payout
    from apps.reconciliation.models import StatementLine

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    counts = {model.__name__.lower(): model.objects.count() for model in (Entry, Payout, Event, StatementLine)}
    seconds = {"check_invariants": timed(lambda: call_command("check_invariants", stdout=sys.stderr))}
    seconds["rows"], seconds["files"] = timed(violations_at_scale), timed(file_violations)
    seconds["of_every_minute"], seconds["in_one_statement"] = timed(violations_soonest), timed(violations)
    result = {"rows": counts, "seconds": seconds}
    if each:
        names = f"WITH {SHARED.stem} AS MATERIALIZED ({SHARED.read_text()}) "
        alone = {
            code: timed(lambda sql=one.sql: fetch(f"{names} SELECT * FROM ({sql}\n) AS found"))
            for code, one in invariants().items()
        }
        result["alone"] = dict(sorted(alone.items(), key=lambda item: -item[1]))
    return result


def fetch(sql):
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql)
        assert not cursor.fetchall()


def timed(work):
    start = time.monotonic()
    work()
    return round(time.monotonic() - start, 2)


if __name__ == "__main__":
    main()
