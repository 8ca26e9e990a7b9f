"""
Amount bands: how many people must approve how much.

    [{"up_to": 100000, "approvals": 0}, {"up_to": 1000000, "approvals": 1}, {"up_to": null, "approvals": 2}]

`up_to` is in minor units and inclusive. The last band has none, so every amount falls into one. The database reckons
with the same rule (`approvals_required` in `sql/requests_made.sql`).
"""

from apps.core.errors import Fault

MOST_BANDS = 20
MOST_APPROVALS = 10

WITHOUT_POLICY = [{"up_to": None, "approvals": 1}]
"""What counts where nobody has set a policy: one approval for any amount."""


def required_approvals(bands: list[dict], amount: int) -> int:
    """Return how many people must approve the amount."""
    return next(band["approvals"] for band in bands if band["up_to"] is None or amount <= band["up_to"])


def faults(bands) -> list[Fault]:
    """Return everything that is wrong with bands that somebody wants to set."""
    if not isinstance(bands, list) or not 1 <= len(bands) <= MOST_BANDS:
        return [Fault("/bands", "bands-format", f"Give a list of 1 to {MOST_BANDS} bands.")]
    found = []
    before = {"up_to": 0, "approvals": 0}
    for number, band in enumerate(bands):
        pointer = f"/bands/{number}"
        fault = _shape_fault(pointer, band, is_last=number == len(bands) - 1) or _order_fault(pointer, band, before)
        if fault:
            found.append(fault)
        else:
            before = band
    return found


def _shape_fault(pointer, band, is_last) -> Fault | None:
    if not isinstance(band, dict) or set(band) != {"up_to", "approvals"}:
        return Fault(pointer, "band-format", "A band has up_to and approvals, and nothing else.")
    if type(band["approvals"]) is not int or not 0 <= band["approvals"] <= MOST_APPROVALS:
        return Fault(f"{pointer}/approvals", "approvals-format", f"Give a whole number from 0 to {MOST_APPROVALS}.")
    if is_last and band["up_to"] is not None:
        return Fault(f"{pointer}/up_to", "last-band-open", "The last band has no up_to, so that it takes every amount.")
    if not is_last and (type(band["up_to"]) is not int or band["up_to"] <= 0):
        return Fault(f"{pointer}/up_to", "up-to-format", "Give a whole number of minor units above zero.")
    return None


def _order_fault(pointer, band, before) -> Fault | None:
    if band["up_to"] is not None and band["up_to"] <= before["up_to"]:
        return Fault(f"{pointer}/up_to", "bands-order", "Every up_to is larger than the one before.")
    if band["approvals"] < before["approvals"]:
        return Fault(f"{pointer}/approvals", "bands-order", "A larger amount never needs fewer approvals.")
    return None
