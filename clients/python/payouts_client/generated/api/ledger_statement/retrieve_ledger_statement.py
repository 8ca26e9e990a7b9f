import datetime
from typing import Any

from ...models.retrieve_ledger_statement_balance import (
    RetrieveLedgerStatementBalance,
)
from ...types import UNSET, Unset


def request(
    *,
    currency: str,
    balance: RetrieveLedgerStatementBalance | Unset = UNSET,
    first: datetime.date,
    last: datetime.date,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    params["currency"] = currency

    json_balance: str | Unset = UNSET
    if not isinstance(balance, Unset):
        json_balance = balance

    params["balance"] = json_balance

    json_first = first.isoformat()
    params["first"] = json_first

    json_last = last.isoformat()
    params["last"] = json_last

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/ledger-statement",
        "params": params,
    }
    return _kwargs
