"""To whom money goes, where they are paid, and how that is known."""

from apps.recipients.models.evidence import MethodVerification, RecipientDocument
from apps.recipients.models.people import (
    MethodChange,
    PayoutMethod,
    PayoutMethodVersion,
    Recipient,
    RecipientVersion,
    Reveal,
    index_of_account,
)

__all__ = [
    "MethodChange",
    "MethodVerification",
    "PayoutMethod",
    "PayoutMethodVersion",
    "Recipient",
    "RecipientDocument",
    "RecipientVersion",
    "Reveal",
    "index_of_account",
]
