from typing import Literal, cast

ListApiKeysStatus = Literal["active", "revoked"]


def check_list_api_keys_status(value: str) -> ListApiKeysStatus:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListApiKeysStatus, value)
