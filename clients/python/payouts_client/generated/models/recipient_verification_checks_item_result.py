from typing import Literal, cast

RecipientVerificationChecksItemResult = Literal["pass", "pending", "unavailable"]


def check_recipient_verification_checks_item_result(value: str) -> RecipientVerificationChecksItemResult:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RecipientVerificationChecksItemResult, value)
