"""The first chapters: the platform gets money, names its receiver, and asks for its payouts."""

from apps.core.money import format_amount
from apps.sandbox.story.cast import BATCH, PARTS, UNNAMED_DEPOSIT, UNNAMED_TEXT, iban
from apps.sandbox.story.telling import NotYet, wait_until

MOST_TELLINGS = 900
"""After how many tellings accounts come again: numbers of accounts are as long as the shortest of a country."""


def euros(amount):
    return format_amount(amount, "EUR")


def cents(text):
    return int(text.replace(".", ""))


def fund(story):
    """Two transfers arrive: one that says whose it is, and one that only a person can tell."""
    balance = story.memory.once("balance_before", lambda: balances(story))
    needed = sum(part.amount for part in (*PARTS, *BATCH))
    named = (needed // 100_000 + 5) * 100_000
    reference = story.platform.get("balances")["funding_reference"]
    for key, amount, text in (("named", named, f"Funding {reference}"), ("unnamed", UNNAMED_DEPOSIT, UNNAMED_TEXT)):
        document = {"amount": euros(amount), "currency": "EUR", "reference": text}
        story.platform.post("sandbox/deposits", document, key=story.key(f"deposit-{key}"))
    story.memory.once("deposits", lambda: [named, UNNAMED_DEPOSIT])

    def arrived():
        available = balances(story)["available"]
        if available < balance["available"] + named:
            raise NotYet(f"The balance is {euros(available)} EUR.")
        return True

    if not story.memory.facts.get("asked"):
        wait_until("the transfer to be the platform's balance", arrived)
    story.teller.tell(
        f"EUR {euros(named)} arrive with the funding reference {reference} and are the platform's balance"
    )
    story.teller.tell(f"EUR {euros(UNNAMED_DEPOSIT)} arrive without it and wait for a person")


def name_receiver(story):
    """Tell the portal where events go; the endpoint of an earlier story is used again."""
    wanted = {"url": f"http://127.0.0.1:{story.stage.receiver_port}/hooks", "event_types": ["*"]}
    known = story.keepsakes.facts.get("endpoint")
    there = {endpoint["id"]: endpoint for endpoint in story.platform.pages("webhook-endpoints")}
    if known not in there or there[known]["status"] != "active":
        document = {**wanted, "description": "The demo's receiver"}
        made = story.platform.post("webhook-endpoints", document, key=story.key("endpoint"))
        story.keepsakes.keep(endpoint=made["id"], secret=made["secret"])
    elif there[known]["url"] != wanted["url"]:
        story.platform.patch(f"webhook-endpoints/{known}", {"url": wanted["url"]})
    story.receiver_knows(story.keepsakes.facts["secret"])
    story.teller.tell(f"Events go to {wanted['url']}, signed")


def ask(story):
    """Recipients and payouts: one with the recipient's details inline, the others by id, and a batch of 200."""
    story.payouts = {}
    for number, part in enumerate(PARTS):
        recipient = _details(story, part, number)
        if not part.inline:
            made = story.platform.post("recipients", recipient, key=story.key(f"recipient-{part.key}"))
            recipient = made["id"]
        document = _payout(story, part, recipient)
        story.payouts[part.key] = story.platform.post("payouts", document, key=story.key(f"payout-{part.key}"))
    document = {
        "reference": f"{story.run}-batch",
        "payouts": [
            _payout(story, part, _details(story, part, 100 + number, named=False)) for number, part in enumerate(BATCH)
        ],
        "count": len(BATCH),
        "totals": {"EUR": euros(sum(part.amount for part in BATCH))},
    }
    story.batch = story.platform.post("batches", document, key=story.key("batch"))
    story.memory.once("asked", lambda: True)
    story.teller.tell(f"{len(PARTS)} payouts: " + ", ".join(f"{part.name} {euros(part.amount)}" for part in PARTS))
    story.teller.tell(f"A batch of {len(BATCH)} payouts, {document['totals']['EUR']} EUR in all, in one request")
    _check_gates(story)


def _check_gates(story):
    """The answers to the requests say already what each payout waits for."""
    for part in PARTS:
        born = story.payouts[part.key]
        expected = "in_review" if part.review else "awaiting_approval" if part.needs_people else "scheduled"
        story.teller.promise(
            f"{part.name} ({euros(part.amount)}) is {expected.replace('_', ' ')} at once",
            born["status"] == expected,
            f"it is {born['status']}",
        )
    story.teller.promise(
        "Policy approves the whole batch", story.batch["statuses"] == {"scheduled": len(BATCH)}, story.batch["statuses"]
    )
    born = story.payouts["large"]
    again = story.platform.post(
        "payouts", _payout(story, _part("large"), born["recipient"]["id"]), key=story.key("payout-large")
    )
    story.teller.promise("The same request again is answered with the same payout", again["id"] == born["id"])
    status, problem = story.platform.try_post(
        "payouts",
        {"recipient": born["recipient"]["id"], "amount": "1e3", "currency": "EURO", "reference": f"{story.run}-wrong"},
        key=story.key("payout-wrong"),
    )
    named = sorted(error["pointer"] for error in problem.get("errors", []))
    story.teller.promise(
        "A wrong request is refused with every fault named", status == 422 and len(named) == 2, f"{status} {named}"
    )
    waiting = story.platform.get(f"payouts/{born['id']}/explain")["waiting_on"]
    if waiting:
        story.teller.tell(f"Asked why {_part('large').name} waits, the portal says: {waiting[0]['unblocked_by']}")


def _part(key):
    return next(part for part in PARTS if part.key == key)


def _details(story, part, number, *, named=True):
    """Each telling pays to accounts of its own: the same amounts to the same accounts once more would be held."""
    details = {
        "kind": part.kind,
        "name": part.name,
        "country": part.country,
        "method": {"type": "iban", "iban": iban(part.country, 1_000 * (story.telling % MOST_TELLINGS) + number)},
    }
    return details | ({"reference": f"{story.run}-{part.key}"} if named and not part.inline else {})


def _payout(story, part, recipient):
    return {
        "recipient": recipient,
        "amount": euros(part.amount),
        "currency": "EUR",
        "reference": f"{story.run}-{part.key}",
        "rail": part.rail,
        "description": f"Demo {story.run}",
        "metadata": {"story": story.run},
    }


def balances(story):
    """Return the platform's balance in minor units."""
    held = {balance["currency"]: balance for balance in story.platform.get("balances")["data"]}.get("EUR", {})
    return {kind: cents(held.get(kind, "0.00")) for kind in ("available", "reserved", "returned", "blocked")}
