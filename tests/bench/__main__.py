"""Measure, print, and write `var/bench.json`."""

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from statistics import median

ROUNDS = 5
SINGLES = 200


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    import django

    django.setup()
    from django.conf import settings

    from tests.bench.world import World, bank, provision, web

    from tests.bench.client import answers, free_port  # isort: skip

    tell("Preparing a database of its own")
    provision(settings.PORTAL_HOME / "lists")
    port, result = free_port(), {"python": sys.version.split()[0], "cores": os.cpu_count()}
    with bank():
        world = World()
    with web(port, lambda: answers(port)):
        result["single"] = singles(port, world.token)
        result["batch_of_1000"] = batches(port, world.token)
    for size in (1000, 10_000):
        tell(f"Paying {size} people, from created to paid and reconciled")
        result[f"road_of_{size}"] = road(size)
    result["met"] = judge(result)
    Path(os.environ["BENCH_RESULT"]).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    show(result)
    return 0 if all(result["met"].values()) else 1


def singles(port, token):
    """Single POSTs next to a bare DRF insert of one row, in turns; new recipients and known ones."""
    from tests.bench.client import Client, rate

    tell("Single payouts next to a bare DRF insert of one row")
    known = [Client(port, token).post("/api/v1/recipients", recipient())["id"] for _ in range(20)]
    rates = {"bare_insert": [], "known_recipient": [], "new_recipient": []}
    for _ in range(ROUNDS):
        notes = [{"reference": reference(), "amount": 12550} for _ in range(SINGLES)]
        rates["bare_insert"].append(rate(port, token, "/bench/notes", notes))
        repeated = [payout(known[n % len(known)]) for n in range(SINGLES)]
        rates["known_recipient"].append(rate(port, token, "/api/v1/payouts", repeated))
        inline = [payout(recipient()) for _ in range(SINGLES)]
        rates["new_recipient"].append(rate(port, token, "/api/v1/payouts", inline))
    ratios = {
        name: round(median(a / b for a, b in zip(rates["bare_insert"], rates[name], strict=True)), 2)
        for name in ("known_recipient", "new_recipient")
    }
    return {
        "per_second": {name: round(median(values)) for name, values in rates.items()},
        "bare_inserts_in_the_time_of_one_payout": ratios,
    }


def batches(port, token):
    """Batches of 1,000 over HTTP, for new recipients and for the same ones again."""
    from tests.bench.client import Client

    tell("Batches of 1,000 over HTTP")
    client, times = Client(port, token), {"new_recipients": [], "known_recipients": []}
    for _ in range(ROUNDS):
        new = [payout(recipient()) for _ in range(1000)]
        batch, seconds = timed(lambda items=new: client.post("/api/v1/batches", a_batch(items)))
        times["new_recipients"].append(seconds)
        known = [payout(one) for one in recipients_of(batch["id"])]
        times["known_recipients"].append(timed(lambda items=known: client.post("/api/v1/batches", a_batch(items)))[1])
    added = [(new - known) for new, known in zip(times["new_recipients"], times["known_recipients"], strict=True)]
    return {
        "seconds": {name: round(median(values), 3) for name, values in times.items()},
        "milliseconds_added_by_a_new_recipient": round(median(added), 3),
    }


def recipients_of(batch_id):
    from apps.core.ids import decode
    from apps.payouts.models import Payout

    payouts = Payout.objects.filter(batch=decode("bat", batch_id)).select_related("recipient")
    return [one.recipient.public_id for one in payouts]


def road(size):
    command = [sys.executable, "-m", "tests.bench.road", str(size)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SystemExit(answer.stderr[-3000:])
    return json.loads(answer.stdout.splitlines()[-1])


def judge(result):
    """Tell which limits are held: seconds and MiB of this machine, and memory that does not follow the number."""
    batch, few, many = result["batch_of_1000"], result["road_of_1000"], result["road_of_10000"]
    return {
        "a batch of 1,000 for known recipients in under a second": batch["seconds"]["known_recipients"] < 1,
        "a new recipient adds at most 2 ms": batch["milliseconds_added_by_a_new_recipient"] <= 2,
        "10,000 payouts from created to reconciled in under a minute": many["seconds"] < 60,
        "ten times the payouts take at most half as much memory again": many["peak_mib"] <= 1.5 * few["peak_mib"],
    }


def show(result):
    single, batch = result["single"], result["batch_of_1000"]
    print("\nSingle POST, 4 connections (requests per second)")
    for name, value in single["per_second"].items():
        ratio = single["bare_inserts_in_the_time_of_one_payout"].get(name)
        print(f"  {name.replace('_', ' '):18} {value:6}" + (f"   = {ratio} bare inserts each" if ratio else ""))
    print("Batch of 1,000 over HTTP (seconds)")
    for name, value in batch["seconds"].items():
        print(f"  {name.replace('_', ' '):18} {value:6.2f}")
    print(f"  a new recipient adds {batch['milliseconds_added_by_a_new_recipient']} ms")
    for size in (1000, 10_000):
        road_ = result[f"road_of_{size}"]
        print(f"{size} payouts, created to reconciled: {road_['seconds']} s, {road_['peak_mib']} MiB at most")
        print("  " + ", ".join(f"{name} {value} s" for name, value in road_["steps"].items()))
    for sentence, held in result["met"].items():
        print(f"  {'held  ' if held else 'MISSED'}  {sentence}")


def timed(call):
    start = time.monotonic()
    result = call()
    return result, time.monotonic() - start


def a_batch(items):
    return {"reference": reference(), "payouts": items}


def payout(to, amount="125.50"):
    return {"recipient": to, "amount": amount, "currency": "EUR", "reference": reference()}


def recipient():
    from tests.factories import iban

    name = f"Ada {uuid.uuid4().hex[:8].translate(str.maketrans('0123456789', 'ghijklmnop')).capitalize()}"
    return {"kind": "individual", "name": name, "country": "DE", "method": {"type": "iban", "iban": iban()}}


def reference():
    return uuid.uuid4().hex[:24].upper()


def tell(text):
    print(f"{text} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
