"""The story from its first line to its last, and what its chapters share."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from apps.sandbox.story import asking, banking, deciding, proving
from apps.sandbox.story.browser import Browser
from apps.sandbox.story.memory import Memory, write_whole
from apps.sandbox.story.platform import Platform
from apps.sandbox.story.receiver import Inbox
from apps.sandbox.story.telling import Broken, NotYet

_ON_THE_WAY = ("in_review", "awaiting_approval", "awaiting_funds", "scheduled", "submitting", "in_doubt", "sent")
_REACHED = {
    "scheduled": {"scheduled", "submitting", "sent", "paid", "failed", "returned"},
    "sent": {"sent", "paid", "returned"},
    "paid": {"paid", "returned"},
    "returned": {"returned"},
    "failed": {"failed"},
    "rejected": {"rejected"},
}


class Story:
    """One telling. `memory` is this telling's and survives the death of its process; `keepsakes` outlive the telling."""

    def __init__(self, stage, folder: Path, teller):
        self.stage = stage
        self.folder = folder
        self.teller = teller
        self.memory = Memory(folder / "story.json")
        self.keepsakes = Memory(folder / f"keepsakes-{stage.platform}.json")
        self.inbox = Inbox(folder / "received.sqlite")
        self.platform = Platform(stage.base, stage.token)
        self.run = self.memory.once("run", lambda: secrets.token_hex(3).upper())
        self.telling = self.memory.once("telling", self._count_telling)
        self.began_at = self.memory.once("began_at", lambda: datetime.now(UTC).isoformat())
        self._browsers = {}

    def _count_telling(self) -> int:
        """Return the number of this telling to its platform, from 1."""
        number = self.keepsakes.facts.get("tellings", 0) + 1
        self.keepsakes.keep(tellings=number)
        return number

    def tell(self):
        """
        Tell everything and return the summary.

        :raises Broken: with the first promise that does not hold.
        """
        for title, steps in CHAPTERS:
            self.teller.chapter(title)
            for step in steps:
                step(self)
        return proving.summarize(self)

    def key(self, name):
        """Return the Idempotency-Key of one request of this telling."""
        return f"demo-{self.run}-{name}"

    def browser(self, person) -> Browser:
        if person not in self._browsers:
            self._browsers[person] = Browser(self.stage.base, person)
            self._browsers[person].sign_in()
        return self._browsers[person]

    def receiver_knows(self, secret):
        write_whole(self.folder / "webhook-secret", secret)

    def state(self, payout):
        return self.platform.get(f"payouts/{payout}")["status"]

    def approvals(self, payout):
        return self.platform.get(f"payouts/{payout}")["approval"]["given"]

    def has_reached(self, payout, wanted):
        """Tell whether a payout is where it should be, or further on its way there."""
        status = self.state(payout)
        if status in _REACHED[wanted]:
            return True
        if status not in _ON_THE_WAY and (wanted, status) != ("returned", "paid"):
            raise Broken(f"{payout} should be {wanted} and is {status}")
        raise NotYet(f"{payout} is {status}.")

    def batch_is(self, *statuses):
        found = self.platform.get(f"batches/{self.batch['id']}")["statuses"]
        if set(found) <= set(statuses):
            return True
        raise NotYet(f"The batch has {found}.")

    def batch_payouts(self):
        return list(self.platform.pages(f"batches/{self.batch['id']}/items"))

    def unfinished(self):
        """Return the ids of all the platform's payouts that have not ended."""
        return [row["id"] for status in _ON_THE_WAY for row in self.platform.pages(f"payouts?status={status}")]


def look_around(story):
    """Note what was there before, so that the end can be told from it."""
    folder = Path(story.stage.bank_folder)
    story.memory.once("files_before", lambda: sorted(path.name for path in folder.rglob("*.xml")))
    if "unfinished_before" not in story.memory.facts:
        banking.match_unnamed(story)
    story.memory.once("unfinished_before", story.unfinished)
    story.teller.tell(f"This telling is {story.run}: its references begin with it")


CHAPTERS = (
    ("A platform is funded", (look_around, asking.name_receiver, banking.begin_day, asking.fund)),
    ("It asks for its payouts", (asking.ask,)),
    ("People decide", (deciding.review, deciding.approve)),
    ("Two go at once", (banking.pay_at_once,)),
    ("The cut-off", (banking.reach_cut_off,)),
    ("The next banking day", (banking.read_statement, banking.close_first_day)),
    ("And the day after", (banking.await_return,)),
    ("Was it all true?", (proving.prove_states, proving.prove_balance, proving.prove_events, proving.prove_books)),
)
