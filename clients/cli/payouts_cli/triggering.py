"""`payouts trigger`: one payout of the sandbox, brought to an outcome step by step."""

import time
import uuid

ENDS = ("failed", "rejected", "cancelled", "expired", "returned", "paid")
STANDS = ("awaiting_funds", "in_review", "awaiting_approval")
"""States in which a payout waits for people or money: no bank brings it further."""

RAILS = ("sepa_credit_transfer", "sepa_instant")


def create(portal, *, amount: str, rail: str, name: str, iban: str, country: str, funds: bool) -> dict:
    """Make a payout to a new recipient, after the money for it has been paid in where that is wanted."""
    if funds:
        portal.post("/sandbox/deposits", {"amount": amount})
    return portal.post(
        "/payouts",
        {
            "recipient": {
                "kind": "individual",
                "name": name,
                "country": country,
                "method": {"type": "iban", "iban": iban},
            },
            "amount": amount,
            "currency": "EUR",
            "rail": rail,
            "reference": f"CLI-{uuid.uuid4().hex[:12].upper()}",
        },
    )


def bring(portal, payout: dict, wanted: dict, *, seconds: float, sleep=time.sleep, tell=print) -> dict:
    """
    Ask the bank for an outcome again and again, each time one step further, until it has come; return the payout.

    It ends sooner where no bank can bring the payout further, and when the time is over.
    """
    deadline, shown = time.monotonic() + seconds, None
    asked_at = None
    while time.monotonic() < deadline:
        payout = portal.get(f"/payouts/{payout['id']}")
        if payout["status"] != shown:
            shown, asked_at = payout["status"], None
            tell(f"{payout['id']}  {shown}")
        if has_come(payout["status"], wanted["outcome"]):
            return payout
        if asked_at is None or time.monotonic() - asked_at > 3:
            if payout["status"] not in STANDS:
                portal.post(f"/sandbox/payouts/{payout['id']}/advance", wanted)
            asked_at = time.monotonic()
        sleep(0.3)
    return payout


def has_come(status: str, outcome: str) -> bool:
    """Tell whether a payout of this status has come to an outcome; one that is lost stays in doubt, or sent in a file."""
    if outcome.startswith("returned"):
        return status in ENDS and status != "paid"
    if outcome == "lost":
        return status in ("in_doubt", "failed")
    return status in ENDS
