"""Telling the story: progress that people can read, and the first promise that does not hold."""

import time
from datetime import UTC, datetime

PATIENCE_SECONDS = 180


class Broken(Exception):
    """A promise of the story does not hold; the message says which, and what was found instead."""


class Teller:
    """Prints what happens and keeps it as a timeline."""

    def __init__(self, out):
        self.out = out
        self.timeline = []
        self.promises = []

    def chapter(self, title):
        self.timeline.append({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "chapter": title})
        self.out.write(f"\n{title}\n")
        self.out.flush()

    def tell(self, text):
        self.timeline.append({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "text": text})
        self.out.write(f"  {text}\n")
        self.out.flush()

    def promise(self, text, kept, found=""):
        """
        Note a promise of the story.

        :raises Broken: if it is not kept.
        """
        self.promises.append({"promise": text, "kept": bool(kept)})
        if not kept:
            raise Broken(f"{text}: {found or 'it is not so'}")
        self.out.write(f"  ✓ {text}\n")
        self.out.flush()


def wait_until(what, look, *, patience_seconds=PATIENCE_SECONDS):
    """
    Call `look` until it returns something true, and return that.

    :raises Broken: if it does not within `patience_seconds`; with what it saw last, if it tells by raising `NotYet`.
    """
    deadline = time.monotonic() + patience_seconds
    seen = ""
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except NotYet as not_yet:
            seen = str(not_yet)
        time.sleep(0.3)
    raise Broken(f"After {patience_seconds} s still waiting for {what}. {seen}".strip())


class NotYet(Exception):
    """What `wait_until` waits for is not there; the message says what is."""
