from typing import Literal, cast

ApiKeyWithTokenMode = Literal["live", "sandbox"]


def check_api_key_with_token_mode(value: str) -> ApiKeyWithTokenMode:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ApiKeyWithTokenMode, value)
