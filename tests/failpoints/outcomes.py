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


WITHOUT_DETAILS, WHOLE_FILE_REFUSED, NEVER_ANSWERED = "booked without details", "whole file refused", "never answered"
FILE_RETURNS = ("returned the same day", "returned the next day")
FILE_OUTCOMES = (
    Outcome("accepted", PAID),
    Outcome(WITHOUT_DETAILS, PAID, batch_details=False),
    Outcome("refused", FAILED, 70_701),
    Outcome(WHOLE_FILE_REFUSED, FAILED, 70_734, also=FAILED),
    Outcome("answered a day late", PAID, 70_731),
    Outcome(NEVER_ANSWERED, PAID, 70_732),
    Outcome(FILE_RETURNS[0], RETURNED, 70_716),
    Outcome(FILE_RETURNS[1], RETURNED, 70_711),
)

EXECUTED, REFUSED, RETURNED_SOON = "executed, notified twice", "refused", "returned, return notified first"
REQUEST_LOST, REQUEST_LOST_UNCHECKED = "request lost", "request lost, no check for duplicates"
CALL_OUTCOMES = (
    Outcome(EXECUTED, PAID, 70_761),
    Outcome(REFUSED, FAILED, 70_741),
    Outcome(REQUEST_LOST, PAID, 70_752),
    Outcome("answer lost, paid late", PAID, 70_753),
    Outcome("slow", PAID, 70_754, terms=replace(_TERMS, longest_call_seconds=0.3)),
    Outcome("status 500, paid", PAID, 70_756),
    Outcome(RETURNED_SOON, RETURNED, 70_762),
    Outcome(REQUEST_LOST_UNCHECKED, FAILED, 70_752, terms=replace(_TERMS, duplicate_check="none")),
)
