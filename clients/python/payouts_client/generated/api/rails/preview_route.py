import datetime
from typing import Any

from ...models.preview_route_rail import PreviewRouteRail
from ...types import UNSET, Unset


def request(
    *,
    currency: str,
    country: str,
    amount: str | Unset = UNSET,
    rail: PreviewRouteRail | Unset = UNSET,
    at: datetime.datetime | Unset = UNSET,
    execute_on: datetime.date | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    params["currency"] = currency

    params["country"] = country

    params["amount"] = amount

    json_rail: str | Unset = UNSET
    if not isinstance(rail, Unset):
        json_rail = rail

    params["rail"] = json_rail

    json_at: str | Unset = UNSET
    if not isinstance(at, Unset):
        json_at = at.isoformat()
    params["at"] = json_at

    json_execute_on: str | Unset = UNSET
    if not isinstance(execute_on, Unset):
        json_execute_on = execute_on.isoformat()
    params["execute_on"] = json_execute_on

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/rails/what-if",
        "params": params,
    }
    return _kwargs
