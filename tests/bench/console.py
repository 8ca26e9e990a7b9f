"""
Measure the pages of the console over a million payouts and five million events: time and queries of each.

    python -m tests.bench.console [--payouts 1000000] [--events 5] [--only today] [--refill]

The database is one of its own beside that of `make bench`; it is filled once, which takes some minutes. What counts is
the time on processors, of Python and of the database together: on a machine that does nothing else it is that of the clock.
"""

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median

ROUNDS = 5
MOST_MILLISECONDS = 300


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    options.add_argument("--payouts", type=int, default=1_000_000)
    options.add_argument("--events", type=int, default=5, help="how many of each payout")
    options.add_argument("--only", default="", metavar="TEXT", help="pages with this in their name")
    options.add_argument("--refill", action="store_true")
    given = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ["DATABASE_NAME"] = f"console_{given.payouts}"
    os.environ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    prepare(given.payouts, given.events, given.refill)
    rows = []
    print(f"\nLoad of the machine: {os.getloadavg()[0]:.1f}")
    print(f"{'page':46} {'ms':>6} {'clock':>6} {'worst':>6} {'queries':>8} {'rows':>5}")
    for name, milliseconds, clock, worst, queries, shown in measure(given.only):
        rows.append((name, milliseconds))
        mark = "" if milliseconds < MOST_MILLISECONDS else "   MISSED"
        print(f"{name:46} {milliseconds:6.0f} {clock:6.0f} {worst:6.0f} {queries:8} {shown:5}{mark}", flush=True)
    missed = sum(row[1] >= MOST_MILLISECONDS for row in rows)
    print(f"{len(rows) - missed} of {len(rows)} under {MOST_MILLISECONDS} ms of server time")
    return 1 if missed else 0


def prepare(count, events, refill):
    from django.conf import settings
    from django.core.management import call_command

    from apps.payouts.listing import how_many
    from tests import database
    from tests.bench.crowd import Crowd
    from tests.pages.world import World

    settings.CLUSTER.start()
    name = settings.DATABASES["default"]["NAME"]
    # Of each database its own, or `setup` takes one for the restored copy of another and stops all sending.
    settings.EPOCH_FILE = settings.PORTAL_HOME / f"epoch_{name}.json"
    settings.BANK_FOLDER = settings.PORTAL_HOME / "banks" / name
    if refill:
        database.drop(name)
        settings.EPOCH_FILE.unlink(missing_ok=True)
        shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    call_command("setup", verbosity=0)
    if how_many() >= count * 9 // 10:  # an estimate
        return
    start = time.monotonic()
    (world := World()).fill()
    write_addresses(world)
    Crowd(count, events, tell=lambda text: print(f"{text} …", flush=True), world=world).fill()
    print(f"Filled in {time.monotonic() - start:.0f} s")


def measure(only=""):
    """Yield name, milliseconds of processors, median and worst ones of the clock, queries and rows of every page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from apps.users.models import User
    from tests import signing_in

    signing_in.install()
    clients = {}
    for name, address, who in [
        page for page in [*pages(), *questions_of_others(), *pages_of_the_table()] if only in page[0]
    ]:
        if who not in clients:
            clients[who] = Client(SERVER_NAME="localhost")
            clients[who].force_login(User.objects.get(email=who) if who else User.objects.get(name="Ann Approver"))
        client = clients[who]
        client.get(address)
        times, used = [], []
        for _ in range(ROUNDS):
            start, before = time.perf_counter(), processors()
            answer = client.get(address)
            times.append((time.perf_counter() - start) * 1000)
            used.append((processors() - before) * 1000)
            shown = answer.context or {}
            if (
                answer.status_code != 200
                or shown.get("is_late")
                or "faults" not in name
                and getattr(shown.get("form"), "errors", None)
            ):
                raise SystemExit(f"{name}: {answer.status_code}{'' if answer.status_code != 200 else ', not answered'}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        shown = (answer.context or {}).get("rows") or getattr((answer.context or {}).get("cl"), "result_list", ())
        yield name, median(used), median(times), max(times), len(queries), len(shown)


def processors() -> float:
    """Return the seconds that this process and its session of the database have been on a processor; Linux tells of both."""
    from django.db import connection

    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + int(session.read_text().split()[0]) / 1e9


def _file_of_addresses():
    from django.conf import settings

    return settings.PORTAL_HOME / f"pages_{settings.DATABASES['default']['NAME']}.json"


def write_addresses(world) -> None:
    """Keep under which address each page of the console is found, and who looks at it."""
    _file_of_addresses().write_text(json.dumps(addresses(world), indent=1), encoding="utf-8")


def addresses(world) -> list:
    """Return (name, address, e-mail address of who looks) of every page of the console that is there without a button."""
    from tests.pages.table import NOBODY, PAGES, unfold_all

    found = {}
    for page in PAGES:
        if page.who != NOBODY and page.steps in (None, unfold_all) and not page.name.startswith("error-"):
            address, person = page.address(world), world.people[page.who].email
            found.setdefault((address, person), page.name)
    return [(name, address, person) for (address, person), name in found.items()]


def pages_of_the_table():
    """Return every page of `tests.pages.table`, about the rows of the world that was there before the crowd."""
    return [tuple(page) for page in json.loads(_file_of_addresses().read_text(encoding="utf-8"))]


def pages():
    """Return what a list can be asked, by name: each filter, each kind of search, pages far down; and one payout of the crowd."""
    from datetime import timedelta

    from apps.payouts.models import Batch, Payout
    from apps.rails.models import BankAccount

    payouts = Payout.objects.filter(reference__startswith="REF-")
    newest, oldest = payouts.order_by("-pk")[:1].get(), payouts.order_by("pk")[:1].get()
    middle = payouts.filter(created_at__lt=newest.created_at - timedelta(days=180)).order_by("-pk")[:1].get()
    batch = Batch.objects.get(reference="REAL")
    rare, usual = BankAccount.objects.order_by("-name")[:2]
    day = middle.created_at.date()
    questions = {
        "first page": "", "half way down": f"before={middle.public_id}", "last page": f"after={oldest.public_id}",
        **{f"state: {state}": f"state={state}" for state in ("awaiting_approval", "paid", "failed", "expired", "in_doubt")},
        "states that are rare, and paid": "state=expired,in_doubt,rejected,paid",
        "came to nothing": "state=failed,rejected,cancelled,expired,returned",
        "platform": f"partner={middle.partner.public_id}",
        "platform, failed": f"partner={middle.partner.public_id}&state=failed",
        "platform, a state of other platforms' only": f"partner={newest.partner.public_id}&state=expired",
        "rail, usual": "rail=sepa_credit_transfer", "rail, rare and old": "rail=sepa_instant",
        "bank account, usual": f"bank_account={usual.public_id}",
        "bank account, rare and old": f"bank_account={rare.public_id}", "currency": "currency=EUR",
        "amounts, many": "least=100&most=5000", "amounts, few": "least=8994&most=8994.20",
        "amounts, none": "least=900000", "amounts and failed": "least=8900&state=failed",
        "created on a day": f"created_from={day}&created_to={day}", "created until then": f"created_to={day}",
        "cut-off on a day": f"cut_off_from={day}&cut_off_to={day}", "cut-off since then": f"cut_off_from={day}",
        "paid on a day": f"paid_from={day}&paid_to={day}", "paid since then": f"paid_from={day}",
        "paid on a day, rare rail": f"paid_from={day}&paid_to={day}&rail=sepa_instant",
        "waits for approvers": "turn=approvers", "waits for the bank": "turn=bank", "held": "kept=held",
        "stopped": "kept=stopped", "batch of half of all": f"batch={batch.public_id}",
        "recipient of 1 in 20": f"recipient={payouts.filter(reference='REF-20').get().recipient.public_id}",
        "search: our id": f"q={middle.public_id}", "search: reference": f"q={middle.reference}",
        "search: end-to-end id": f"q={middle.end_to_end_id}",
        "search: instruction id": f"q={middle.attempts.get().instruction_id}",
        "search: batch": "q=REAL", "search: name, whole": "q=Zo%C3%AB+%C3%98stby", "search: name, beginning": "q=zo",
        "search: name with 1 in 20": f"q={middle.recipient_version.name}", "search: name of nobody": "q=nobody+at+all",
        "search: last four": f"q={middle.method_version.account_masked[-4:]}", "search: whole account": "q=" + "DE02999999990000000001",
        "search: amount, rare": "q=4,711.11", "search: amount, 1 in 10": "q=100.00",
        "search: amount and state": "q=100.00&state=failed", "search: what is not there": "q=XYZ-0",
    }  # fmt: skip
    asked = {f"payouts, {name}": f"/admin/payouts/payout/?{query}" for name, query in questions.items()}
    asked |= {
        "one payout": f"/admin/payouts/payout/{middle.public_id}/",
        "approvals": "/admin/approvals/request/",
        "approvals, all": "/admin/approvals/request/?show=all",
        "approvals, by amount": "/admin/approvals/request/?order=amount",
        "approvals, by age": "/admin/approvals/request/?order=age",
        "approvals, by cut-off": "/admin/approvals/request/?order=cut_off",
        "approvals, who holds how much": "/admin/approvals/request/?show=people",
        "today": "/admin/",
    }
    return [(name, address, "") for name, address in asked.items()]


def questions_of_others():
    """Return what the other lists can be asked, by name, with who asks."""
    otto, tilda, aldo, olga, ada = (f"{name}@demo.example" for name in ("otto", "tilda", "aldo", "olga", "ada"))
    return [
        ("reviews, mine", "/admin/compliance/review/?show=mine", otto),
        ("reviews, by amount", "/admin/compliance/review/?order=amount", otto),
        ("reviews, by age", "/admin/compliance/review/?order=age", otto),
        ("reviews, by deadline", "/admin/compliance/review/?order=deadline", otto),
        ("reviews, decided", "/admin/compliance/review/?show=decided", otto),
        ("to match, what is matched", "/admin/reconciliation/statementline/?state=matched", tilda),
        ("to match, search", "/admin/reconciliation/statementline/?q=REF-4711", tilda),
        ("to match, money that came", "/admin/reconciliation/statementline/?sign__exact=CRDT", tilda),
        ("matches, by hand", "/admin/reconciliation/match/?automatic__exact=0", tilda),
        ("matches, undone", "/admin/reconciliation/match/?undone_at__isempty=0", tilda),
        ("matches, of batches", "/admin/reconciliation/match/?kind__exact=batch", tilda),
        ("journals, far down", "/admin/ledger/journal/?p=20", aldo),
        ("journals, search", "/admin/ledger/journal/?q=po_made_4711", aldo),
        ("ledger, funds", "/admin/ledger/account/?kind__exact=funds", aldo),
        ("deliveries, failed", "/admin/events/delivery/?status__exact=failed", ada),
        ("deliveries, search", "/admin/events/delivery/?q=po_made_4711", ada),
        ("batches, search", "/admin/payouts/batch/?q=BATCH-47", olga),
        ("bank files, search", "/admin/rails/paymentfile/?q=MADE-47", tilda),
        ("recipients, search by name", "/admin/recipients/recipient/?q=Zo%C3%AB", olga),
    ]


if __name__ == "__main__":
    sys.exit(main())
