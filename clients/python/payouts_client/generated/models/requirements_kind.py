from typing import Literal, cast

RequirementsKind = Literal["company", "individual"]


def check_requirements_kind(value: str) -> RequirementsKind:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RequirementsKind, value)
