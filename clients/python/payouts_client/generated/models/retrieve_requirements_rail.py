from typing import Literal, cast

RetrieveRequirementsRail = Literal["auto", "sepa_credit_transfer", "sepa_instant"]


def check_retrieve_requirements_rail(value: str) -> RetrieveRequirementsRail:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RetrieveRequirementsRail, value)
