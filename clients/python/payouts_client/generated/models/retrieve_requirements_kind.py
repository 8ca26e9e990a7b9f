from typing import Literal, cast

RetrieveRequirementsKind = Literal["company", "individual"]


def check_retrieve_requirements_kind(value: str) -> RetrieveRequirementsKind:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RetrieveRequirementsKind, value)
