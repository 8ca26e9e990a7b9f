from typing import Literal, cast

ListBalanceEntriesBalance = Literal["available", "blocked", "reserved", "returned"]


def check_list_balance_entries_balance(value: str) -> ListBalanceEntriesBalance:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(ListBalanceEntriesBalance, value)
