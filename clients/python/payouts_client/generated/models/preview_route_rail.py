from typing import Literal, cast

PreviewRouteRail = Literal["auto", "sepa_credit_transfer", "sepa_instant"]


def check_preview_route_rail(value: str) -> PreviewRouteRail:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(PreviewRouteRail, value)
