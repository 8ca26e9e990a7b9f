from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.requirements import Requirements
from ...models.retrieve_requirements_kind import (
    RetrieveRequirementsKind,
    check_retrieve_requirements_kind,
)
from ...models.retrieve_requirements_rail import (
    RetrieveRequirementsRail,
    check_retrieve_requirements_rail,
)
from ...types import UNSET, File, Unset
from . import (
    retrieve_requirements,
)


class RequirementsResource:
    """Operations on requirements; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def retrieve_requirements(
        self,
        *,
        currency: str,
        country: str,
        kind: RetrieveRequirementsKind,
        rail: RetrieveRequirementsRail | Unset = UNSET,
    ) -> Requirements:
        """
        Ask what has to be known of a recipient.

        A JSON Schema (2020-12) of the body of `POST /recipients`, with titles, examples, patterns and
        conditions, to build a form from or to check what you have. It is made by what requests and files
        are checked with. `POST /recipients/check` also tells what no schema can, such as wrong check
        digits.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_requirements.request(
            currency=currency,
            country=country,
            kind=kind,
            rail=rail,
        )
        return Requirements.from_dict(self._send(request, None))


class AsyncRequirementsResource:
    """Operations on requirements, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def retrieve_requirements(
        self,
        *,
        currency: str,
        country: str,
        kind: RetrieveRequirementsKind,
        rail: RetrieveRequirementsRail | Unset = UNSET,
    ) -> Requirements:
        """
        Ask what has to be known of a recipient.

        A JSON Schema (2020-12) of the body of `POST /recipients`, with titles, examples, patterns and
        conditions, to build a form from or to check what you have. It is made by what requests and files
        are checked with. `POST /recipients/check` also tells what no schema can, such as wrong check
        digits.

        Needs a key with the scope `recipients:read` or `recipients:write`.
        """
        request = retrieve_requirements.request(
            currency=currency,
            country=country,
            kind=kind,
            rail=rail,
        )
        return Requirements.from_dict(await self._send(request, None))
