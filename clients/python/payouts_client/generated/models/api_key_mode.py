from typing import Literal, cast

ApiKeyMode = Literal["live", "sandbox"]


def check_api_key_mode(value: str) -> ApiKeyMode:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ApiKeyMode, value)
