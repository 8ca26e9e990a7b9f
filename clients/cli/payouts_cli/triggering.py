"""`payouts trigger`: one payout of the sandbox, brought to an outcome step by step."""

import time
import uuid

ENDS = ("failed", "rejected", "cancelled", "expired", "returned", "paid")
STANDS = ("awaiting_funds", "in_review", "awaiting_approval")
"""States in which a payout waits for people or money: no bank brings it further."""

RAILS = ("sepa_credit_transfer", "sepa_instant")

INSTANT_AMOUNTS = {
    "answered_late": "707.54",
    "lost": "707.52",
    "not_answered": "707.51",
    "recall_granted": "707.81",
    "recall_unanswered": "707.82",
    "refused_and_paid": "707.45",
    "returned_short": "707.74",
    "returned_twice": "707.75",
}
"""An instant payment leaves at once, so its amount or its recipient's name says beforehand what the bank does with it."""


def magic(wanted: dict, amount: str, name: str) -> tuple[str, str]:
    """Return amount and name of an instant payment that comes to an outcome."""
    outcome, reason = wanted["outcome"], wanted.get("reason", "AC04")
    if outcome == "refused":
        return amount, f"Refused {reason}"
    if outcome == "returned":
        return amount, f"Returned {reason} Day {wanted.get('banking_days', 0)}"
    return INSTANT_AMOUNTS.get(outcome, amount), name


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

    A payout that waits for people or money is only watched. When the seconds are over it is returned as it is.
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
                one_step(portal, payout, wanted)
            asked_at = time.monotonic()
        sleep(0.3)
    return payout


def one_step(portal, payout, wanted):
    """Let time pass to the payout's next step; where its bank can still be told, it is told what is wanted."""
    if payout["rail"] == "sepa_instant":
        seconds = 24 * 3600 if payout["status"] == "paid" else 60
        portal.post("/sandbox/clock/advance", {"by_seconds": seconds})
    else:
        portal.post(f"/sandbox/payouts/{payout['id']}/advance", wanted)


def has_come(status: str, outcome: str) -> bool:
    """Tell whether a payout of this status has come to an outcome; one that is lost stays in doubt, or sent in a file."""
    if outcome.startswith("returned"):
        return status in ENDS and status != "paid"
    if outcome == "lost":
        return status in ("in_doubt", "sent", "failed")
    return status in ENDS
