"""
The platform: asks for payouts without end, asks again until it is answered, and notes what it was promised.

It shares nothing with the portal: `python -m tests.kills.platform STAGE`, where STAGE is a file of JSON. SIGTERM lets it
end the requests it has begun. Its notes are one line of JSON for every request before it is sent, and one for its answer.
"""

import http.client
import json
import random
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

from tests import names

ASKERS = 2
PAUSES = (0.3, 0.9)
LONGEST_ANSWER_SECONDS = 20
AGAIN = {409, 429, 500, 502, 503, 504}
"""Answers after which the same request is made once more. 409: it is still being worked on."""

FILE_ENDINGS = (70701, 70702, 70705, 70711, 70713, 70716, 70721, 70731)
INSTANT_ENDINGS = (
    70741, 70743, 70744, 70751, 70752, 70753, 70754, 70755, 70756, 70757, 70758, 70759, 70761, 70762, 70763, 70771, 70772,
)  # fmt: skip
"""Amounts of which the simulated bank makes trouble, but none that only a person can end."""

_CENTS = 100


class Unanswered(Exception):
    """The portal did not answer in time, however often it was asked."""


class Client:
    """Makes requests with the platform's key; each is repeated until it is answered."""

    def __init__(self, port, token):
        self.port = port
        self.token = token

    def ask(self, method, path, document=None, *, key=None, patience_seconds=120):
        """
        Return status and content of the answer, and how many tries it took.

        :raises Unanswered: if there is none within `patience_seconds`.
        """
        tries, ends_at = 0, time.monotonic() + patience_seconds
        while True:
            tries += 1
            status, content = self.try_once(method, path, document, key)
            if status is not None and status not in AGAIN:
                return status, content, tries
            if time.monotonic() > ends_at:
                raise Unanswered(f"{method} {path}: {status} {content}")
            time.sleep(0.3)

    def try_once(self, method, path, document=None, key=None, timeout_seconds=LONGEST_ANSWER_SECONDS):
        """Return status and content, or None and the trouble."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_seconds)
        try:
            connection.request(method, path, None if document is None else json.dumps(document), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            return None, repr(trouble)
        finally:
            connection.close()


class Notes:
    """What was asked and what was answered, line by line."""

    def __init__(self, path: Path):
        self.file = path.open("a", encoding="utf-8")
        self.writing = threading.Lock()

    def add(self, **note):
        with self.writing:
            self.file.write(json.dumps(note) + "\n")
            self.file.flush()

    def add_answer(self, client, key, path, document) -> bool:
        """Ask for something and note the answer, or that there was none in time; tell whether there was one."""
        try:
            status, content, tries = client.ask("POST", path, document, key=key)
        except Unanswered as trouble:
            self.add(key=key, unanswered=str(trouble))
            return False
        self.add(key=key, status=status, answer=content, tries=tries)
        return True


class Asker(threading.Thread):
    """One of those who ask at the same time; what it asks for follows from its seed."""

    def __init__(self, seed, client, notes, stopping):
        super().__init__()
        self.chance = random.Random(seed)
        self.client = client
        self.notes = notes
        self.stopping = stopping
        self.answered = []

    def run(self):
        while not self.stopping.is_set():
            kind = self.chance.choices(("instant", "file", "batch", "deposit", "again"), (45, 28, 12, 8, 7))[0]
            if kind == "again" and self.answered:
                self._ask(*self.chance.choice(self.answered))
            else:
                self._ask(self._new_key(), *self._request(kind))
            self.stopping.wait(self.chance.uniform(*PAUSES))

    def _ask(self, key, path, document):
        self.notes.add(key=key, path=path, document=document)
        if self.notes.add_answer(self.client, key, path, document):
            self.answered.append((key, path, document))

    def _request(self, kind):
        if kind == "batch":
            return "/api/v1/batches", self._batch()
        if kind == "deposit":
            return "/api/v1/sandbox/deposits", {"amount": _euros(self.chance.randint(1_000, 90_000))}
        return "/api/v1/payouts", self._payout("sepa_instant" if kind == "instant" else "sepa_credit_transfer")

    def _batch(self):
        payouts = [self._payout("sepa_credit_transfer") for _ in range(self.chance.choice((3, 5, 10, 30)))]
        cents = sum(int(payout["amount"].replace(".", "")) for payout in payouts)
        totals = {"EUR": _euros(cents)}
        return {"reference": self._new_key(), "payouts": payouts, "count": len(payouts), "totals": totals}

    def _payout(self, rail):
        endings = INSTANT_ENDINGS if rail == "sepa_instant" else FILE_ENDINGS
        amount = self.chance.choice(endings) if self.chance.random() < 0.3 else self.chance.randint(100, 60_000)
        return {
            "recipient": self._recipient(),
            "amount": _euros(amount),
            "currency": "EUR",
            "reference": self._new_key(),
            "rail": rail,
        }

    def _recipient(self):
        method = {"type": "iban", "iban": _iban(self.chance.randrange(10**10))}
        return {"kind": "individual", "name": names.name(self.chance), "country": "DE", "method": method}

    def _new_key(self):
        return uuid.UUID(int=self.chance.getrandbits(128)).hex[:24].upper()


class Clock(threading.Thread):
    """Lets half a day pass at the bank again and again, so that files leave and statements come."""

    HALF_A_DAY = {"by_seconds": 12 * 3600}

    def __init__(self, client, stopping, every_seconds=2.5):
        super().__init__()
        self.client = client
        self.stopping = stopping
        self.every_seconds = every_seconds

    def run(self):
        while not self.stopping.wait(self.every_seconds):
            self.client.try_once("POST", "/api/v1/sandbox/clock/advance", self.HALF_A_DAY)


def read_notes(path: Path):
    """Return the requests by key, the answers by key (a list each), and by key the trouble of what had none in time."""
    asked, answers, late = {}, {}, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        note = json.loads(line)
        if "document" in note:
            asked[note["key"]] = note
        elif "unanswered" in note:
            late[note["key"]] = note["unanswered"]
        else:
            answers.setdefault(note["key"], []).append(note)
    return asked, answers, late


def ask_again(client, path: Path) -> None:
    """Ask once more, with the same keys, for what had no answer in time: what is late is no loss, what never comes is."""
    asked, answers, _ = read_notes(path)
    notes = Notes(path)
    for key in sorted(asked.keys() - answers.keys()):
        notes.add_answer(client, key, asked[key]["path"], asked[key]["document"])


def count_repeated(answers) -> int:
    """Return how many requests had to be made more than once until they were answered."""
    return Counter(answer["tries"] > 1 for given in answers.values() for answer in given)[True]


def _euros(cents):
    return f"{cents // _CENTS}.{cents % _CENTS:02d}"


def _iban(number):
    bban = f"99999999{number:010d}"
    return f"DE{98 - int(f'{bban}131400') % 97:02d}{bban}"


def main():
    stage = json.loads(Path(sys.argv[1]).read_text())
    client, notes, stopping = Client(stage["port"], stage["token"]), Notes(Path(stage["notes"])), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threads = [Asker(f"{stage['seed']}-{number}", client, notes, stopping) for number in range(ASKERS)]
    threads.append(Clock(client, stopping))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
