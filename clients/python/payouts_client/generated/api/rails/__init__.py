from __future__ import annotations

import datetime

from ...client import AsyncSend, Send
from ...models.preview_route_rail import PreviewRouteRail, check_preview_route_rail
from ...models.rail import Rail
from ...models.rail_calendar import RailCalendar
from ...models.rail_list import RailList
from ...models.route_preview import RoutePreview
from ...types import UNSET, File, Unset
from . import (
    list_rails,
    preview_route,
    retrieve_rail,
    retrieve_rail_calendar,
)


class RailsResource:
    """Operations on rails; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_rails(
        self,
    ) -> RailList:
        """
        List rails.

        In the order in which `auto` tries them, with the limits, cut-offs and closed days that are in
        force.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_rails.request()
        return RailList.from_dict(self._send(request, None))

    def preview_route(
        self,
        *,
        currency: str,
        country: str,
        amount: str | Unset = UNSET,
        rail: PreviewRouteRail | Unset = UNSET,
        at: datetime.datetime | Unset = UNSET,
        execute_on: datetime.date | Unset = UNSET,
    ) -> RoutePreview:
        """
        Ask what would become of a payment.

        Which rail would be taken, why the others would not, and when the money would leave and arrive: with
        the cut-off that counts and every reason for a later day. Recipient, balance and approvals are not
        judged. At a sandbox bank the time is that of its clock.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = preview_route.request(
            currency=currency,
            country=country,
            amount=amount,
            rail=rail,
            at=at,
            execute_on=execute_on,
        )
        return RoutePreview.from_dict(self._send(request, None))

    def retrieve_rail(
        self,
        id: str,
    ) -> Rail:
        """
        Retrieve a rail.

        What it can do, as dated facts with their sources.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_rail.request(
            id,
        )
        return Rail.from_dict(self._send(request, None))

    def retrieve_rail_calendar(
        self,
        id: str,
        *,
        first: datetime.date,
        last: datetime.date,
    ) -> RailCalendar:
        """
        Read the calendar of a rail.

        Every day on which nothing is executed, each with its reason, and the cut-offs of the first day.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_rail_calendar.request(
            id,
            first=first,
            last=last,
        )
        return RailCalendar.from_dict(self._send(request, None))


class AsyncRailsResource:
    """Operations on rails, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_rails(
        self,
    ) -> RailList:
        """
        List rails.

        In the order in which `auto` tries them, with the limits, cut-offs and closed days that are in
        force.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = list_rails.request()
        return RailList.from_dict(await self._send(request, None))

    async def preview_route(
        self,
        *,
        currency: str,
        country: str,
        amount: str | Unset = UNSET,
        rail: PreviewRouteRail | Unset = UNSET,
        at: datetime.datetime | Unset = UNSET,
        execute_on: datetime.date | Unset = UNSET,
    ) -> RoutePreview:
        """
        Ask what would become of a payment.

        Which rail would be taken, why the others would not, and when the money would leave and arrive: with
        the cut-off that counts and every reason for a later day. Recipient, balance and approvals are not
        judged. At a sandbox bank the time is that of its clock.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = preview_route.request(
            currency=currency,
            country=country,
            amount=amount,
            rail=rail,
            at=at,
            execute_on=execute_on,
        )
        return RoutePreview.from_dict(await self._send(request, None))

    async def retrieve_rail(
        self,
        id: str,
    ) -> Rail:
        """
        Retrieve a rail.

        What it can do, as dated facts with their sources.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_rail.request(
            id,
        )
        return Rail.from_dict(await self._send(request, None))

    async def retrieve_rail_calendar(
        self,
        id: str,
        *,
        first: datetime.date,
        last: datetime.date,
    ) -> RailCalendar:
        """
        Read the calendar of a rail.

        Every day on which nothing is executed, each with its reason, and the cut-offs of the first day.

        Needs a key with the scope `payouts:read` or `payouts:write` or `payouts:cancel` or `batches:write`.
        """
        request = retrieve_rail_calendar.request(
            id,
            first=first,
            last=last,
        )
        return RailCalendar.from_dict(await self._send(request, None))
