"""
The dispatcher: one asyncio process that keeps many webhook requests in the air.

It claims due deliveries, sends each in a task of its own, and writes results down together with the next claim; while
the database works, the next results gather, so the busier it is the larger its statements are. An endpoint that
answers fast is sent more at once, one that does not is sent one at a time, so slow endpoints cannot use up the
connections that the others need. The database may go away and come back at any time. Any number of dispatchers may run.
"""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from django.db import DatabaseError, InterfaceError, connection

from apps.core.crypto import CannotDecrypt
from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.events import egress, outbox
from apps.events.operations import disable_endpoint, disable_if_silent

log = logging.getLogger(__name__)

CONNECTIONS = 500
AT_ONCE_FIRST = 4
AT_ONCE_MOST = 32
SLOW_MS = 3_000
POLL_SECONDS = 0.25
RECONNECT_SECONDS = (0.2, 0.5, 1, 2, 5)


class Dispatcher:
    """Delivers webhooks until it is told to stop."""

    def __init__(self, *, connections=CONNECTIONS, poll_seconds=POLL_SECONDS, tls=None):
        self.connections = connections
        self.poll_seconds = poll_seconds
        self.tls = tls
        self.delivered = 0
        self._stop = False
        self._in_the_air = {}  # task -> endpoint id
        self._at_once = {}  # endpoint id -> how many requests it may have at once, once it is known
        self._attempted = []  # results that are not written down yet
        self._wake = asyncio.Event()
        # One thread, so one database connection, which only this thread touches.
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")

    def stop(self):
        """Claim nothing more, let what is in the air land, write it down, and return from `run`."""
        self._stop = True
        self._wake.set()

    async def run(self, *, until_idle=False):
        """Deliver until `stop` is called, or with `until_idle` until nothing is due."""
        failures = 0
        async with egress.open_session(limit=self.connections, tls=self.tls) as session:
            try:
                while not self._stop or self._in_the_air or self._attempted:
                    try:
                        busy = await self._turn(session)
                        failures = 0
                    except (DatabaseError, InterfaceError) as error:
                        await self._reconnect(error, failures)
                        failures += 1
                        if self._stop and failures == len(RECONNECT_SECONDS):
                            log.error("%d results are lost; their messages are sent again.", len(self._attempted))
                            return
                        continue
                    if until_idle and not (busy or self._in_the_air or self._attempted):
                        return
                    await self._rest()
            finally:
                await self._in_database(_disconnect)
                self._database.shutdown()

    async def _turn(self, session):
        """Write down what came back, claim what is due and send it; tell whether there was anything to do."""
        self._wake.clear()
        attempted, self._attempted = self._attempted, []
        if attempted:
            try:
                await self._in_database(outbox.finish, attempted)
            except (DatabaseError, InterfaceError):
                self._attempted = attempted + self._attempted
                raise
            await self._disable_gone(attempted)
            for one in attempted:
                if one.outcome == "failed":
                    await self._in_database(disable_if_silent, one.claimed.delivery_id)
        claimed = []
        room = self.connections - len(self._in_the_air)
        if room > 0 and not self._stop:
            claim = partial(outbox.claim, room, usual=AT_ONCE_FIRST, free=self._free())
            claimed = await self._in_database(claim)
        for delivery in claimed:
            task = asyncio.create_task(self._send(session, delivery))
            self._in_the_air[task] = delivery.endpoint_id
            task.add_done_callback(self._landed)
        return bool(attempted or claimed)

    async def _send(self, session, claimed):
        started_at = datetime.now(UTC)
        headers = {}
        try:
            body, headers = claimed.request(started_at)
            answer = await egress.post(session, claimed.url, body, headers)
        except CannotDecrypt as failure:
            answer = egress.Answer(None, f"the endpoint's secret cannot be read: {failure}", "", None, 0)
        attempted = outbox.Attempted(claimed, started_at, headers, answer)
        self._adapt(claimed.endpoint_id, attempted)
        self.delivered += attempted.outcome == "delivered"
        return attempted

    def _landed(self, task):
        del self._in_the_air[task]
        self._wake.set()
        if task.cancelled():
            return
        if error := task.exception():
            log.error("A delivery failed for a reason of ours; it is sent again when its lease ends.", exc_info=error)
        else:
            self._attempted.append(task.result())

    def _adapt(self, endpoint_id, attempted):
        """Send an endpoint that answers fast more at once, and one that does not one at a time."""
        if attempted.outcome == "delivered" and attempted.answer.duration_ms < SLOW_MS:
            self._at_once[endpoint_id] = min(AT_ONCE_MOST, 2 * self._at_once.get(endpoint_id, AT_ONCE_FIRST))
        else:
            self._at_once[endpoint_id] = 1

    def _free(self):
        """Return how many more requests each known endpoint may have at once."""
        in_the_air = Counter(self._in_the_air.values())
        known = self._at_once.keys() | in_the_air.keys()
        return {one: max(0, self._at_once.get(one, AT_ONCE_FIRST) - in_the_air[one]) for one in known}

    async def _disable_gone(self, attempted):
        """Disable endpoints that answered 410 Gone: their owner asks for no more messages."""
        for endpoint_id in {one.claimed.endpoint_id for one in attempted if one.answer.status_code == outbox.GONE}:
            try:
                disable = partial(disable_endpoint, endpoint_id, reason="It answered 410 Gone.", by=SYSTEM)
                await self._in_database(disable)
            except DomainError as refusal:
                log.info("An endpoint that is gone was not disabled: %s", refusal)

    async def _rest(self):
        """Wait until something lands, at most until the next look at the outbox."""
        try:
            await asyncio.wait_for(self._wake.wait(), self.poll_seconds)
        except TimeoutError:
            self._forget_idle()

    def _forget_idle(self):
        """Keep no more knowledge of endpoints than one claim should carry."""
        if len(self._at_once) > 10_000 and not self._in_the_air:
            self._at_once.clear()

    async def _reconnect(self, error, failures):
        wait = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
        log.warning("The database is away (%s); next try in %s s.", str(error).strip().split("\n")[0], wait)
        await self._in_database(_disconnect)
        await asyncio.sleep(wait)

    def _in_database(self, function, *arguments):
        return asyncio.get_running_loop().run_in_executor(self._database, function, *arguments)


def _disconnect():
    """Close the connection of the thread that this runs in."""
    connection.close()
