from typing import Literal, cast

InformationRequestStatus = Literal["answered", "closed", "open"]


def check_information_request_status(value: str) -> InformationRequestStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(InformationRequestStatus, value)
