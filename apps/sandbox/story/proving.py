"""The last chapter: states, balances, events, ledger, statements and files tell the same story."""

import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime

from django.conf import settings

from apps.sandbox import banking_days
from apps.sandbox.story import banking
from apps.sandbox.story.asking import balances, cents, euros
from apps.sandbox.story.cast import BATCH, PARTS
from apps.sandbox.story.telling import NotYet, wait_until

_OUTPUT_LINES = 30
_PROOFS, _PAUSE_SECONDS = 3, 2  # a proof whose process or database was killed is made again

DELIVERY_SECONDS = 420
"""A receiver that was away for a while is tried again after 5 seconds, and then after 5 minutes."""


def prove_states(story):
    ends = {part.key: story.state(story.payouts[part.key]["id"]) for part in PARTS}
    wrong = {part.name: ends[part.key] for part in PARTS if ends[part.key] != part.ends}
    story.teller.promise("Every payout has ended as it should", not wrong and story.batch_is("paid"), wrong)
    counts = Counter(ends.values()) + Counter(paid=len(BATCH))
    story.teller.tell(", ".join(f"{count} {status}" for status, count in counts.most_common()))


def prove_balance(story):
    """What the platform had, and was sent, and did not pay, it has: to the cent."""
    before, after = story.memory.facts["balance_before"], balances(story)
    paid = sum(part.amount for part in (*PARTS, *BATCH) if part.ends == "paid")
    for payout in story.memory.facts["unfinished_before"]:
        earlier = story.platform.get(f"payouts/{payout}")
        paid += cents(earlier["amount"]) if earlier["status"] == "paid" else 0
    expected = sum(before.values()) + sum(story.memory.facts["deposits"]) - paid
    story.teller.promise(
        f"The platform's balance is right to the cent: EUR {euros(expected)}",
        sum(after.values()) == expected,
        f"it has {after}, and had {before}",
    )


def prove_events(story):
    """The receiver has each of the platform's events once, signed, and each subject's in sequence."""

    def all_delivered():
        told = _events_told(story)
        received = {event["id"] for event in story.inbox.events()}
        if missing := set(told) - received:
            raise NotYet(f"{len(missing)} of {len(told)} events have not arrived.")
        return told

    told = wait_until("every event to reach the platform's receiver", all_delivered, patience_seconds=DELIVERY_SECONDS)
    received = [event for event in story.inbox.events() if event["id"] in told]
    order = defaultdict(list)
    for event in received:
        order[event["subject"]].append(event["sequence"])
    crooked = {subject: numbers for subject, numbers in order.items() if numbers != sorted(numbers)}
    gaps = {
        payout["id"]: order[payout["id"]]
        for payout in story.payouts.values()
        if order[payout["id"]] != list(range(1, len(order[payout["id"]]) + 1)) or not order[payout["id"]]
    }
    story.teller.promise(
        f"The receiver has every event once, signed, in sequence: {len(received)} events about {len(order)} things",
        len(received) == len(told) and not crooked and not gaps,
        {"out of order": crooked, "with gaps": gaps},
    )
    refused = story.inbox.refused_since(story.began_at)
    story.teller.promise("No message came with a wrong signature", not refused, refused[:3])
    story.events = received


def _events_told(story):
    """Return the platform's events since the first payout of the story, by id."""
    first = story.platform.get(f"payouts/{story.payouts['inline']['id']}/events")["data"][0]
    later = list(story.platform.pages(f"events?after={first['id']}"))
    return {event["id"]: event for event in (first, *later)}


def prove_books(story):
    """The portal's own proof: no invariant is broken, and debits equal credits."""
    for command, promise in (
        ("check_invariants", "Ledger, files, statements and payouts agree: no invariant is broken"),
        ("trial_balance", "The ledger balances to the cent"),
    ):
        for _ in range(_PROOFS):
            ran = subprocess.run(
                [sys.executable, settings.BASE_DIR / "manage.py", command], capture_output=True, text=True, check=False
            )
            if ran.returncode == 0:
                break
            time.sleep(_PAUSE_SECONDS)
        said = "\n".join((ran.stdout + ran.stderr).splitlines()[-_OUTPUT_LINES:])
        story.teller.promise(promise, ran.returncode == 0, f"manage.py {command} says:\n{said}")


def summarize(story) -> dict:
    """Return what `summary.json` holds: ids, states, timeline, balances, file names."""
    events = defaultdict(list)
    for event in story.events:
        events[event["subject"]].append(
            {"sequence": event["sequence"], "type": event["type"], "at": event["created_at"]}
        )
    payouts = [story.platform.get(f"payouts/{story.payouts[part.key]['id']}") for part in PARTS]
    return {
        "run": story.run,
        "began_at": story.began_at,
        "ended_at": datetime.now(UTC).isoformat(),
        "platform": story.stage.platform,
        "bank_account": story.stage.bank_account,
        "days_closed": _days(story),
        "payouts": [_shown(payout, events) for payout in (*payouts, *story.batch_payouts())],
        "batch": story.platform.get(f"batches/{story.batch['id']}"),
        "balances": story.platform.get("balances")["data"],
        "payment_file": story.payment_file,
        "files": banking.copy_files(story),
        "webhooks": {"events": len(story.events), "repeated": story.inbox.repeated()},
        "timeline": story.teller.timeline,
        "promises": story.teller.promises,
    }


def _shown(payout, events):
    names = ("id", "reference", "status", "amount", "currency", "end_to_end_id", "batch", "failure")
    return {name: payout[name] for name in names} | {"events": events[payout["id"]]}


def _days(story):
    first = date.fromisoformat(story.memory.facts["first_day"])
    return [first.isoformat(), banking_days.after(first, 1).isoformat()]
