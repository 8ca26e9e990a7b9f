from typing import Literal, cast

ListInformationRequestsStatus = Literal["answered", "closed", "open"]


def check_list_information_requests_status(value: str) -> ListInformationRequestsStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListInformationRequestsStatus, value)
