from typing import Any

from ...models.retrieve_requirements_kind import (
    RetrieveRequirementsKind,
)
from ...models.retrieve_requirements_rail import (
    RetrieveRequirementsRail,
)
from ...types import UNSET, Unset


def request(
    *,
    currency: str,
    country: str,
    kind: RetrieveRequirementsKind,
    rail: RetrieveRequirementsRail | Unset = UNSET,
) -> dict[str, Any]:
    params: dict[str, Any] = {}

    params["currency"] = currency

    params["country"] = country

    json_kind: str = kind
    params["kind"] = json_kind

    json_rail: str | Unset = UNSET
    if not isinstance(rail, Unset):
        json_rail = rail

    params["rail"] = json_rail

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/requirements",
        "params": params,
    }
    return _kwargs
