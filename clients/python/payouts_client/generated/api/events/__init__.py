from __future__ import annotations

from ...client import AsyncSend, Send
from ...models.event import Event
from ...models.event_list import EventList
from ...types import UNSET, File, Unset
from . import (
    list_events,
    retrieve_event,
)


class EventsResource:
    """Operations on events; each waits for its answer."""

    def __init__(self, send: Send):
        self._send = send

    def list_events(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        after: str | Unset = UNSET,
        type_: str | Unset = UNSET,
        subject: str | Unset = UNSET,
    ) -> EventList:
        """
        List events.

        The oldest first, without gaps: reading on after the last event seen finds every later one.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_events.request(
            limit=limit,
            cursor=cursor,
            after=after,
            type_=type_,
            subject=subject,
        )
        return EventList.from_dict(self._send(request, None))

    def retrieve_event(
        self,
        id: str,
    ) -> Event:
        """
        Retrieve an event.

        As webhooks carry it.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = retrieve_event.request(
            id,
        )
        return Event.from_dict(self._send(request, None))


class AsyncEventsResource:
    """Operations on events, to be awaited."""

    def __init__(self, send: AsyncSend):
        self._send = send

    async def list_events(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: str | Unset = UNSET,
        after: str | Unset = UNSET,
        type_: str | Unset = UNSET,
        subject: str | Unset = UNSET,
    ) -> EventList:
        """
        List events.

        The oldest first, without gaps: reading on after the last event seen finds every later one.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = list_events.request(
            limit=limit,
            cursor=cursor,
            after=after,
            type_=type_,
            subject=subject,
        )
        return EventList.from_dict(await self._send(request, None))

    async def retrieve_event(
        self,
        id: str,
    ) -> Event:
        """
        Retrieve an event.

        As webhooks carry it.

        Needs a key with the scope `events:read` or `webhooks:write`.
        """
        request = retrieve_event.request(
            id,
        )
        return Event.from_dict(await self._send(request, None))
