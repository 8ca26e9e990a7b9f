from typing import Literal, cast

RailComingItemWhat = Literal["country", "cut_offs", "limits"]


def check_rail_coming_item_what(value: str) -> RailComingItemWhat:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(RailComingItemWhat, value)
