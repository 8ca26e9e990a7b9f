from typing import Literal, cast

RecipientVerificationChecksItemCheck = Literal["account", "confirmation", "holder", "rest"]


def check_recipient_verification_checks_item_check(value: str) -> RecipientVerificationChecksItemCheck:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RecipientVerificationChecksItemCheck, value)
