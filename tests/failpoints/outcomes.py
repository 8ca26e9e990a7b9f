"""What the bank does with the payment, chosen by its amount, and how the payout must end."""

from dataclasses import dataclass, field, replace

from apps.sandbox.instant.behavior import USUAL_TERMS, Terms

PAID, FAILED, RETURNED = "paid", "failed", "returned"
ORDINARY_AMOUNT = 12_345
_TERMS = replace(USUAL_TERMS, longest_call_seconds=2)


@dataclass(frozen=True)
class Outcome:
    """One way in which a bank treats a payment; `also` is the end of an ordinary payment in the same file."""

    name: str
    end: str
    amount: int = ORDINARY_AMOUNT
    also: str = PAID
    batch_details: bool = True
    terms: Terms = field(default=_TERMS)

    def __str__(self):
        return self.name


FILE_OUTCOMES = (
    Outcome("accepted", PAID),
    Outcome("booked without details", PAID, batch_details=False),
    Outcome("refused", FAILED, 70_701),
    Outcome("whole file refused", FAILED, 70_734, also=FAILED),
    Outcome("answered a day late", PAID, 70_731),
    Outcome("never answered", PAID, 70_732),
    Outcome("booked singly, returned the same day", RETURNED, 70_716),
    Outcome("returned the next day", RETURNED, 70_711),
)

CALL_OUTCOMES = (
    Outcome("executed, notified twice", PAID, 70_761),
    Outcome("refused", FAILED, 70_741),
    Outcome("request lost", PAID, 70_752),
    Outcome("answer lost, paid late", PAID, 70_753),
    Outcome("slow", PAID, 70_754, terms=replace(_TERMS, longest_call_seconds=0.3)),
    Outcome("status 500, paid", PAID, 70_756),
    Outcome("returned, return notified first", RETURNED, 70_762),
    Outcome("request lost, no check for duplicates", FAILED, 70_752, terms=replace(_TERMS, duplicate_check="none")),
)
