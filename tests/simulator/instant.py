"""
The bank of instant payments in the same process: its own code, but for the disk, the socket and the clock.

What our rail sends goes byte by byte through the bank's reading of requests, and its answer comes back the same way.
Between the two is the `Wire`, on which chance loses, delays and damages what it carries. Nothing on it stays for longer
than the caller waits: the time after which no send can arrive is a promise that the product relies on.
"""

import json
import socket
from collections import defaultdict
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from apps.sandbox.instant.account import InstantAccount
from apps.sandbox.instant.behavior import Programme
from apps.sandbox.instant.server import _Call
from apps.sandbox.scenarios import INSTANT_ORDINARY, INSTANT_SCENARIOS
from tests.simulator.crashes import OUTSIDE_WORLD, Crash

URL = "http://bank.example.test"

REFUSED, NOT_FOUND, BROKEN, LOST, DELAYED = "refused", "not found", "broken", "lost", "delayed"
ANSWER_LOST, SLOW, GATEWAY, GARBAGE, CUT = "answer lost", "slow", "gateway", "garbage", "cut short"
NOT_LET_IN = "not let in"
TROUBLES = (REFUSED, NOT_FOUND, BROKEN, LOST, DELAYED, DELAYED, ANSWER_LOST, SLOW, GATEWAY, GARBAGE, CUT, NOT_LET_IN)
"""What may befall a call: no connection, half a request, none, a late one; and then no answer, or none that can be read."""

RATES = {"trouble": 0.4, "scenario": 0.45, "again": 0.25}
LONGEST_ANSWER = 3

SIXTY_DAYS = "instant_returned_late"
SCENARIOS = [one for one in INSTANT_SCENARIOS.values() if one.code != SIXTY_DAYS]
"""What the bank may do; a return after sixty days would mean as many statements."""


def _answer(status: str, content: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(content), content)


UNREADABLE = (
    _answer("502 Bad Gateway", b"Bad Gateway"),
    _answer("503 Service Unavailable", b'{"code": "busy"}'),
    _answer("429 Too Many Requests", b'{"code": "too-often"}'),
    _answer("404 Not Found", b"Not Found"),
)
UNAUTHORIZED = _answer("401 Unauthorized", b'{"code": "unauthorized", "detail": "The token is expired."}')


class MemoryLog:
    """The log of facts without its file."""

    def __init__(self):
        self.facts = []

    def append(self, facts) -> None:
        self.facts += [json.loads(json.dumps(fact)) for fact in facts]

    def read(self, _folder, since=0):
        for position, fact in enumerate(self.facts[since:], since):
            yield position, position + 1, fact

    def end(self, _folder):
        return len(self.facts)

    def close(self):
        pass


class Bank:
    """The bank of one schedule: what it documents, its clock, and its log, which is the truth."""

    def __init__(self, terms, clock, chance, boundaries):
        self.terms, self.clock, self.chance = terms, clock, chance
        self.log, self.wire = MemoryLog(), Wire(self, boundaries)
        self.bank_account, self._account, self._scenarios = None, None, {}
        self.is_calm = False

    @property
    def instant(self) -> dict:
        """Return what our account knows of this bank."""
        return {"url": URL, "protocol": self.terms.__dict__}

    def executions(self, end_to_end_id) -> list[dict]:
        return [fact for fact in self.facts("executed") if fact["end_to_end_id"] == end_to_end_id]

    def facts(self, name) -> list[dict]:
        return [fact for fact in self.log.facts if fact["fact"] == name]

    def scenario(self, end_to_end_id, call):
        """Return what happens to the so-many-th call about a payment: of chance, and then for ever the same."""
        rate = 0 if self.is_calm else RATES["again" if call else "scenario"]
        key = end_to_end_id, call
        if key not in self._scenarios:
            chosen = self.chance.choice(SCENARIOS) if self.chance.random() < rate else INSTANT_ORDINARY
            self._scenarios[key] = chosen
        return self._scenarios[key]

    # What the handler of a request asks of its server.

    def customers(self, _iban):
        return SimpleNamespace(folder=None, currency="EUR", terms=self.terms, now=self._now)

    def account(self, _folder):
        self._account = self._account or InstantAccount(Path())
        return self._account, nullcontext()

    def _now(self):
        return self.clock.now + timedelta(seconds=self.bank_account.clock_offset_seconds)

    @contextmanager
    def open(self):
        """Put this bank at the other end of the rail, and of the bank's own bookkeeping, until the block ends."""
        log, clock, server = self.log, self.clock, "apps.sandbox.instant"
        never = SimpleNamespace(start=lambda: None, cancel=lambda: None, daemon=True)
        replaced = {
            f"{server}.account.FactLog": lambda _: log,
            f"{server}.account.read_facts": log.read,
            f"{server}.account.Programme": lambda _: _Drawn(self),
            f"{server}.booking.read_facts": log.read,
            f"{server}.booking.end_of": log.end,
            f"{server}.server.time": SimpleNamespace(sleep=self.wire.sleep),
            "apps.rails.sepa_instant.client._connect": self.wire.connect,
            "apps.rails.sepa_instant.client.time": clock,
            "apps.rails.sepa_instant.client.threading": SimpleNamespace(Timer=lambda *_: never),
            "apps.payouts.operations.calls.time": clock,
            "apps.payouts.operations.calls.ThreadPoolExecutor": self.wire.callers,
            "apps.payouts.operations.recalls.time": clock,
            "apps.payouts.operations.recalls.ThreadPoolExecutor": self.wire.callers,
            "apps.payouts.operations.calls.AT_ONCE": self.chance.choice((1, 2, 8)),
        }
        with ExitStack() as stack:
            for name, replacement in replaced.items():
                stack.enter_context(patch(name, replacement))
            yield self


class _Drawn(Programme):
    """What chance makes the bank do, in place of a test's file."""

    def __init__(self, bank):
        self.bank = bank

    def scenario(self, end_to_end_id, amount, call):
        return self.bank.scenario(end_to_end_id, call)

    def trouble_of_query(self, end_to_end_id, call):
        return ""

    def is_trouble_of_call(self, end_to_end_id, call):
        return True


class _Served(_Call):
    """One request as the bank's server handles it; `connection` is what it resets."""

    def __init__(self, bank, request):
        self.server, self.client_address = bank, ("bank", 0)
        self.rfile, self.wfile = BytesIO(request), BytesIO()
        self.connection = SimpleNamespace(setsockopt=lambda *_: None, close=self._close)
        self.answer = None
        self.handle_one_request()
        if self.answer is None:
            self.answer = self.wfile.getvalue()

    def _close(self):
        self.answer = b""


class Wire:
    """
    What lies between our rail and the bank.

    Calls that a worker makes side by side all begin at the same moment; when the last is answered, so much time has
    passed. `posts` holds by end-to-end id when the sends were made of which the bank may have got something.
    """

    def __init__(self, bank, boundaries):
        self.bank, self.boundaries, self.chance = bank, boundaries, bank.chance
        self.posts, self.waited, self.is_slow, self.said = defaultdict(list), 0, False, []

    def connect(self, _host, _port, ends_at):
        """Return a connection, in place of the client's own."""
        self._cross("before a call")
        rate = 0 if self.bank.is_calm else RATES["trouble"]
        trouble = self.chance.choice(TROUBLES) if self.chance.random() < rate else ""
        self.said.append(trouble or "fine")
        if trouble == REFUSED:
            raise ConnectionRefusedError("refused")
        if trouble == NOT_FOUND:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _Line(self, trouble, ends_at - self.bank.clock.monotonic())

    def callers(self, _count):
        """Make calls one after the other in any order, in place of threads."""
        return nullcontext(SimpleNamespace(map=self._map))

    def sleep(self, _seconds) -> None:
        """Note that the bank answers when nobody waits any more, in place of its sleep."""
        self.is_slow = True

    def carry(self, request, trouble, longest) -> bytes:
        """Bring a request to the bank and return the bytes that come back; none if the caller gives up."""
        if trouble == NOT_LET_IN:
            return UNAUTHORIZED
        self.count(request)
        if trouble == LOST:
            return self._nothing(longest)
        if trouble == DELAYED:
            late = self.bank.clock.now + timedelta(seconds=self.chance.uniform(0, longest))
            self.bank.clock.at(late, lambda: self._serve(request))
            self._cross("after a call that is on its way")
            return self._nothing(longest)
        if trouble == GATEWAY and self.chance.random() < 0.5:
            return self.chance.choice(UNREADABLE)
        answer = self._serve(request)
        self._cross("after the bank was called")
        if self.is_slow or trouble == SLOW:
            return self._nothing(longest)
        self.waited = max(self.waited, min(self.chance.randrange(LONGEST_ANSWER + 1), longest))
        if trouble == ANSWER_LOST or not answer:
            raise ConnectionResetError("reset")
        if trouble == GATEWAY:
            return self.chance.choice(UNREADABLE)
        if trouble == GARBAGE:
            return answer.replace(b"{", b"[", 1)
        return answer[: self.chance.randrange(len(answer))] if trouble == CUT else answer

    def count(self, request) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        if head.startswith(b"POST") and b"/instant-payments" in head.partition(b"\r\n")[0]:
            self.posts[json.loads(body)["end_to_end_id"]].append(self.bank.clock.now)

    def _cross(self, place):
        if self.boundaries.comes(OUTSIDE_WORLD):
            raise Crash(place)

    def _nothing(self, longest) -> bytes:
        self.waited = max(self.waited, longest)
        return b""

    def _serve(self, request) -> bytes:
        self.is_slow = False
        return _Served(self.bank, request).answer

    def _map(self, call, items):
        items, answers = list(items), {}
        places = list(range(len(items)))
        self.chance.shuffle(places)
        self.waited = 0
        for place in places:
            answers[place] = call(items[place])
        self.bank.clock.run(self.waited)
        return [answers[place] for place in range(len(items))]


class _Line:
    """A connected socket, as far as `http.client` uses one."""

    def __init__(self, wire, trouble, longest):
        self.wire, self.trouble, self.longest, self.request = wire, trouble, longest, b""

    def sendall(self, content):
        self.request += content
        is_whole = self.request.startswith(b"GET") or not self.request.endswith(b"\r\n\r\n")
        if self.trouble == BROKEN and is_whole:
            self.wire.count(self.request)
            raise BrokenPipeError("broken")

    def makefile(self, _mode):
        return BytesIO(self.wire.carry(self.request, self.trouble, self.longest))

    def settimeout(self, seconds):
        pass

    def shutdown(self, how):
        pass

    def close(self):
        pass
