from typing import Any

from ...models.list_balance_entries_balance import (
    ListBalanceEntriesBalance,
)
from ...types import UNSET, Unset


def request(
    *,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
    currency: str,
    balance: ListBalanceEntriesBalance | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params["currency"] = currency

    json_balance: str | Unset = UNSET
    if not isinstance(balance, Unset):
        json_balance = balance

    params["balance"] = json_balance

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/balance-entries",
        "params": params,
    }
    return _kwargs
