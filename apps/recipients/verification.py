"""
What can be said of a recipient before anything is paid: whether the account can be right, and which rails reach it.

Everything here is worked out in the house. Whether the account exists and belongs to the name is known to its bank only.
"""

from apps.core.errors import Fault
from apps.rails.models import BankAccount
from apps.rails.terms import rails_in_force

_NAME_CHECK = (
    "No bank that the portal works with answers whose account this is. The first payment tells, or a statement of the "
    "recipient's bank."
)


def rails_reaching(partner, currency, country, holder_name) -> list[dict]:
    """
    Return for every rail whether a payment of the platform to such an account could take it today, with the reasons where not.

    `country` is that of the account. Amounts are not judged.
    """
    payer = next(iter(BankAccount.objects.paying(partner.mode, currency, partner.pk)), None)
    found = []
    for rail in rails_in_force().values():
        today = payer.business_today() if payer else None
        faults = rail.check_reach(None, currency, country, on=today) + rail.check_text(holder_name, "", "")
        if payer is None:
            faults.append(Fault("/currency", "no-bank-account", f"There is no account in {currency} to pay from."))
        else:
            faults += rail.check_access(payer)
        reasons = [{"code": fault.code, "detail": fault.detail} for fault in faults]
        shown_as = rail.bank_text(holder_name)
        found.append({"rail": rail.name, "reaches": not faults, "reasons": reasons, "holder_name_as_sent": shown_as})
    return found


def checks_of(version, now) -> list[dict]:
    """Return what is known of a method's version: its account, whether it may be used by now, and whose it is."""
    rests = version.usable_from > now
    until = f"{version.usable_from:%Y-%m-%d %H:%M} UTC"
    change = version.change if version.number > 1 else None
    waits = change is not None and change.is_open
    return [
        {
            "check": "account",
            "result": "pass",
            "detail": f"Country, length and check digits of {version.account_masked} fit.",
        },
        {
            "check": "confirmation",
            "result": "pending" if waits else "pass",
            "detail": "A second person has to confirm this account." if waits else "Nothing waits to be confirmed.",
        },
        {
            "check": "rest",
            "result": "pending" if rests else "pass",
            "detail": f"Money follows it from {until} on." if rests else "It has rested for as long as it has to.",
        },
        {"check": "holder", "result": "unavailable", "detail": _NAME_CHECK},
    ]
